#include "tests/drivers/discovery/mocked_system.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <umockdev.h>

#include <filesystem>

namespace brewproof::testing {

namespace fs = std::filesystem;

MockedSystem::MockedSystem() : testbed_(umockdev_testbed_new()) {
  add("P: /devices/virtual/tty/tty0\nN: tty0\nE: SUBSYSTEM=tty\n");
}

MockedSystem::~MockedSystem() { g_object_unref(testbed_); }

bool MockedSystem::in_place() { return umockdev_in_mock_environment() == TRUE; }

void MockedSystem::add(const std::string& text) {
  GError* error = nullptr;
  if (umockdev_testbed_add_from_string(testbed_, text.c_str(), &error) == FALSE) {
    ADD_FAILURE() << error->message;
    g_error_free(error);
  }
}

void MockedSystem::plug(const MockedUsb& device) {
  std::string text = fmt::format(
      "P: /devices/pci0/usb1/{}\nN: bus/usb/001/{:03}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
      "A: idVendor={}\\n\nA: idProduct={}\\n\nA: busnum=1\\n\nA: devnum={}\\n\n"
      "A: bDeviceClass={}\\n\n",
      device.usb_path, next_, device.vid, device.pid, next_, device.device_class);
  ++next_;
  for (const auto& [name, value] : {std::pair{"serial", &device.serial},
                                    {"manufacturer", &device.manufacturer},
                                    {"product", &device.product}})
    if (!value->empty()) text += fmt::format("A: {}={}\\n\n", name, *value);
  add(text);
}

void MockedSystem::plug(const std::string& name, const std::string& usb_path,
                        const std::string& vid, const std::string& pid, const std::string& serial,
                        const std::string& product) {
  plug({usb_path, vid, pid, serial, "", product});
  const std::string interface = "/devices/pci0/usb1/" + usb_path + "/" + usb_path + ":1.0";
  add(
      fmt::format("P: {}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER=ch341\n"
                  "\nP: {}/{}\nE: SUBSYSTEM=usb-serial\n"
                  "\nP: {}/{}/tty/{}\nN: {}\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/{}\n"
                  "L: device=../../../{}\n",
                  interface, interface, name, interface, name, name, name, name, name));
}

// In the testbed's own folder: whatever is opened below /dev is looked for there.
void MockedSystem::link(const std::string& path, const std::string& target) {
  gchar* root = umockdev_testbed_get_root_dir(testbed_);
  const fs::path place = root + path;
  g_free(root);
  fs::create_directories(place.parent_path());
  fs::create_symlink(target, place);
}

}  // namespace brewproof::testing
