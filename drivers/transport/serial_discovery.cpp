#include "drivers/transport/serial_discovery.h"

#include <libserialport.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

std::string text_or_empty(const char* text) { return text == nullptr ? "" : text; }

// /sys/class/tty/ttyUSB0/device leads to .../usb1/1-1/1-1.4/1-1.4:1.0/ttyUSB0: the socket is the
// part before the interface's colon.
std::string usb_path_of(const std::string& port) {
  std::error_code error;
  const auto device =
      fs::canonical("/sys/class/tty/" + fs::path(port).filename().string() + "/device", error);
  if (error) return "";
  for (const auto& part : device) {
    const std::string name = part;
    const std::size_t colon = name.find(':');
    if (colon != std::string::npos && name.find('-') < colon) return name.substr(0, colon);
  }
  return "";
}

// The link in `folder` that leads to the port; "" where there is none.
std::string link_to(const std::string& port, const char* folder) {
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error)) {
    std::error_code dangling;
    const fs::path target = fs::read_symlink(each->path(), dangling);
    if (!dangling && target.filename() == fs::path(port).filename()) return each->path();
  }
  return "";
}

FoundPort describe(const sp_port* port) {
  FoundPort found;
  found.path = text_or_empty(sp_get_port_name(port));
  found.by_path = link_to(found.path, "/dev/serial/by-path");
  found.by_id = link_to(found.path, "/dev/serial/by-id");
  int vid = 0;
  int pid = 0;
  if (sp_get_port_transport(port) != SP_TRANSPORT_USB ||
      sp_get_port_usb_vid_pid(port, &vid, &pid) != SP_OK)
    return found;
  found.vid = fmt::format("{:04x}", vid);
  found.pid = fmt::format("{:04x}", pid);
  found.serial = text_or_empty(sp_get_port_usb_serial(port));
  found.manufacturer = text_or_empty(sp_get_port_usb_manufacturer(port));
  found.product = text_or_empty(sp_get_port_usb_product(port));
  found.usb_path = usb_path_of(found.path);
  return found;
}

std::string list_text(const std::vector<FoundPort>& ports) {
  std::string text;
  for (const FoundPort& port : ports) text += fmt::format("\n  {}  {}", port.path, usb_line(port));
  return text;
}

}  // namespace

Result<std::vector<FoundPort>> list_serial_ports() {
  std::error_code error;
  if (!fs::exists("/sys/class/tty", error) && !error) return std::vector<FoundPort>();
  sp_port** list = nullptr;
  if (const sp_return listed = sp_list_ports(&list); listed != SP_OK)
    return fail(ErrorCode::host, "listing the serial ports in /sys/class/tty: {}",
                listed == SP_ERR_FAIL ? std::strerror(errno) : "not possible here");
  std::vector<FoundPort> ports;
  for (sp_port** port = list; *port != nullptr; ++port) ports.push_back(describe(*port));
  sp_free_port_list(list);
  std::ranges::sort(ports, {}, &FoundPort::path);
  return ports;
}

Result<std::string> find_usb_port(const ResourceConfig& resource) {
  auto ports = list_serial_ports();
  if (!ports) return pass_on(std::move(ports));
  std::vector<FoundPort> found;
  std::vector<FoundPort> on_usb;
  for (const FoundPort& port : *ports) {
    if (!port.vid.empty()) on_usb.push_back(port);
    if (is_wanted(port, resource.options)) found.push_back(port);
  }
  const std::string wanted = wanted_usb(resource.options);
  if (found.empty())
    return fail(ErrorCode::io, "no serial port has usb: {{{}}}; {}", wanted,
                on_usb.empty() ? "no USB serial adapter is plugged in"
                               : "plugged in are:" + list_text(on_usb));
  if (found.size() > 1)
    return fail(ErrorCode::io,
                "{} serial ports have usb: {{{}}}:{}\ntell them apart by {}, and write that in the "
                "bench file (`brewproof devices` prints the lines)",
                found.size(), wanted, list_text(found),
                found[0].serial != found[1].serial
                    ? "their serial numbers"
                    : "path, the USB socket that each is in: pull one plug to see which goes");
  return found.front().path;
}

}  // namespace brewproof
