#include "rig/command/doctor/permission.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "drivers/recognition.h"
#include "drivers/transport/plugged_usb.h"
#include "drivers/transport/serial_discovery.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

std::string group_name(gid_t number) {
  const group* entry = ::getgrgid(number);
  return entry == nullptr ? std::to_string(number) : entry->gr_name;
}

// `before` is what makes the node belong to the group, where it does not yet.
Check join_group(const std::string& what, const NodeFacts& node, const UserFacts& user,
                 const std::string& group, const std::string& before) {
  const std::string detail = fmt::format("user {} may not open {}", user.name, node.node);
  std::string mend = before;
  if (user.granted.contains(group) && !user.now.contains(group))
    mend += fmt::format("log out and in again: {} joined the group {} after this login", user.name,
                        group);
  else if (!user.granted.contains(group) && !user.now.contains(group))
    mend += fmt::format("sudo usermod -aG {} {}\nthen log out and in again", group, user.name);
  if (mend.ends_with('\n')) mend.pop_back();
  if (mend.ends_with('\n')) mend.pop_back();
  return {what, Check::State::bad, detail, mend};
}

std::string option(const ResourceConfig& resource, const char* name) {
  const auto found = resource.options.find(name);
  return found == resource.options.end() ? "" : found->second;
}

bool is_meant(const PluggedUsb& usb, const ResourceConfig& resource, const DriverEntry& driver) {
  const std::array one{&driver};
  const bool named = resource.options.contains("usb.path");  // then it may be of any make
  if (!named && recognise({usb.vid, usb.pid, usb.manufacturer, usb.product}, one).empty())
    return false;
  for (const auto& [key, value] :
       {std::pair{"usb.vid", &usb.vid}, {"usb.pid", &usb.pid}, {"usb.path", &usb.usb_path}})
    if (const std::string wanted = option(resource, key); !wanted.empty() && wanted != *value)
      return false;
  return true;  // the serial number may be one that only the open board tells
}

// The nodes that a resource may mean; none where nothing is plugged in, which its answer tells.
std::vector<NodeFacts> nodes_of(const ResourceConfig& resource, const DriverEntry& driver) {
  std::error_code gone;
  if (const std::string port = option(resource, "port"); !port.empty()) {
    const fs::path real = fs::canonical(port, gone);
    if (gone) return {};
    return {ask_node(real)};
  }
  if (driver.transport == "serial") {
    const auto first = resource.options.lower_bound("usb.");
    if (first == resource.options.end() || !first->first.starts_with("usb.")) return {};
    const auto port = find_usb_port(resource);
    if (!port) return {};
    return {ask_node(*port)};
  }
  if (driver.transport != "usb") return {};
  std::vector<NodeFacts> nodes;
  for (const PluggedUsb& usb : list_plugged_usb()) {
    if (!is_meant(usb, resource, driver) || usb.node.empty()) continue;
    nodes.push_back(ask_node(usb.node));
    nodes.back().usb = usb;
  }
  return nodes;
}

}  // namespace

Check permission_check(const std::string& resource, const NodeFacts& node, const UserFacts& user) {
  const std::string what = "permission for " + resource;
  if (node.may_open)
    return {what, Check::State::good, fmt::format("{} may open {}", user.name, node.node), ""};
  if (!node.usb.vid.empty() && !(node.group == "plugdev" && node.group_may))
    return join_group(
        what, node, user, "plugdev",
        fmt::format("echo '{}' | sudo tee -a /etc/udev/rules.d/70-brewproof.rules\n"
                    "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=usb\n",
                    udev_rule(node.usb)));
  if (node.group_may && node.group != "root") return join_group(what, node, user, node.group, "");
  return {what, Check::State::bad, fmt::format("user {} may not open {}", user.name, node.node),
          fmt::format("it belongs to somebody else (ls -l {}): run as that user", node.node)};
}

NodeFacts ask_node(const std::string& node) {
  NodeFacts facts;
  facts.node = node;
  facts.may_open = ::access(node.c_str(), R_OK | W_OK) == 0;
  struct stat about{};
  if (::stat(node.c_str(), &about) != 0) return facts;
  facts.group = group_name(about.st_gid);
  facts.group_may = (about.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
  return facts;
}

UserFacts ask_user() {
  UserFacts user;
  const passwd* entry = ::getpwuid(::geteuid());
  user.name = entry == nullptr ? std::to_string(::geteuid()) : entry->pw_name;
  const gid_t primary = entry == nullptr ? ::getegid() : entry->pw_gid;
  std::vector<gid_t> numbers(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  numbers.resize(static_cast<std::size_t>(
      std::max(::getgroups(static_cast<int>(numbers.size()), numbers.data()), 0)));
  for (const gid_t number : numbers) user.now.insert(group_name(number));
  user.now.insert(group_name(::getegid()));
  int count = 256;
  std::vector<gid_t> granted(static_cast<std::size_t>(count));
  if (::getgrouplist(user.name.c_str(), primary, granted.data(), &count) >= 0) {
    granted.resize(static_cast<std::size_t>(count));
    for (const gid_t number : granted) user.granted.insert(group_name(number));
  }
  return user;
}

Checks permission_checks(const BenchFile& bench, DriverTable drivers) {
  const UserFacts user = ask_user();
  Checks checks;
  for (const auto& [name, resource] : bench.resources)
    if (const DriverEntry* driver = find_driver(drivers, resource.driver))
      for (const NodeFacts& node : nodes_of(resource, *driver))
        checks.push_back(permission_check(name, node, user));
  return checks;
}

}  // namespace brewproof
