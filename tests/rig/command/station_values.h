// Stations as values, for what is made of them.
#pragma once

#include <string>

#include "rig/command/station/boards.h"

namespace brewproof {

inline FoundPort ch340(const std::string& name, const std::string& usb_path) {
  return {{.usb_path = usb_path,
           .vid = "1a86",
           .pid = "7523",
           .serial = "",
           .manufacturer = "",
           .product = "USB Serial"},
          "/dev/" + name,
          "/dev/serial/by-path/pci-0000:00:14.0-usb-0:" + usb_path.substr(2) + ":1.0-port0",
          ""};
}

inline FoundPort ftdi(const std::string& name, const std::string& usb_path,
                      const std::string& serial) {
  return {{.usb_path = usb_path,
           .vid = "0403",
           .pid = "6001",
           .serial = serial,
           .manufacturer = "FTDI",
           .product = "FT232R USB UART"},
          "/dev/" + name,
          "",
          "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_" + serial + "-if00-port0"};
}

inline PluggedUsb hid(const std::string& usb_path, const std::string& vid, const std::string& pid,
                      const std::string& manufacturer, const std::string& product,
                      const std::string& serial = "") {
  return {{.usb_path = usb_path,
           .vid = vid,
           .pid = pid,
           .serial = serial,
           .manufacturer = manufacturer,
           .product = product},
          "/dev/bus/usb/001/004",
          false,
          "",
          ""};
}

inline FoundPort plain_port(const std::string& path) {
  FoundPort port;
  port.path = path;
  return port;
}

inline Station with_ports(std::vector<FoundPort> ports) {
  Station station;
  station.ports = std::move(ports);
  return station;
}

inline Station with_usb(std::vector<PluggedUsb> usb) {
  Station station;
  station.usb = std::move(usb);
  return station;
}

inline FoundInterface eth1() {
  return {.name = "eth1",
          .loopback = false,
          .up = true,
          .carrier = true,
          .mac = "02:42:ac:11:00:02",
          .speed_mbit = 1000,
          .addresses = {"192.0.2.7"},
          .offloads = {},
          .may_capture = true,
          .obstacle = "",
          .heard = {"02:c0:ff:ee:00:01"}};
}

}  // namespace brewproof
