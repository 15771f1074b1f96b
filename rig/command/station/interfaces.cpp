#include "rig/command/station/interfaces.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "rig/process/child.h"

namespace brewproof {
namespace {

std::vector<std::string> interface_names() {
  std::vector<std::string> names;
  if (auto* const all = ::if_nameindex()) {
    for (auto* each = all; each->if_index != 0; ++each) names.emplace_back(each->if_name);
    ::if_freenameindex(all);
  }
  return names;
}

std::map<std::string, std::vector<std::string>> addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::map<std::string, std::vector<std::string>> found;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    char text[INET6_ADDRSTRLEN] = "";
    const void* address = nullptr;
    if (each->ifa_addr->sa_family == AF_INET)
      address = &reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr;
    else if (each->ifa_addr->sa_family == AF_INET6)
      address = &reinterpret_cast<const sockaddr_in6*>(each->ifa_addr)->sin6_addr;
    if (address != nullptr &&
        ::inet_ntop(each->ifa_addr->sa_family, address, text, sizeof text) != nullptr)
      found[each->ifa_name].emplace_back(text);
  }
  return found;
}

// Keys may be null: what could not be asked is left as it is.
template <class T>
void take(const nlohmann::json& said, const char* key, T& into) {
  if (const auto value = said.find(key); value != said.end() && !value->is_null())
    into = value->get<T>();
}

FoundInterface read_check(const nlohmann::json& said) {
  FoundInterface found;
  take(said, "loopback", found.loopback);
  take(said, "up", found.up);
  take(said, "carrier", found.carrier);
  take(said, "mac", found.mac);
  take(said, "speed_mbit", found.speed_mbit);
  take(said, "offloads", found.offloads);
  take(said, "ok", found.may_capture);
  take(said, "text", found.obstacle);
  take(said, "macs", found.heard);
  return found;
}

}  // namespace

Result<std::vector<FoundInterface>> check_interfaces(const std::vector<std::string>& names) {
  // All listen at once.
  std::vector<Child> checks;
  for (const std::string& name : names) {
    ChildSettings settings;
    settings.program = program_beside("brewproof-capture");
    settings.arguments = {"--check", name};
    settings.pipe_stdout = settings.pipe_stderr = true;
    auto child = Child::start(settings);
    if (!child) return pass_on(std::move(child));
    checks.push_back(std::move(*child));
  }
  std::vector<FoundInterface> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto output = checks[i].finish(std::chrono::seconds(20));
    if (!output) return pass_on(std::move(output));
    const auto said = nlohmann::json::parse(output->out, nullptr, false);
    if (!said.is_object())
      return fail(ErrorCode::host, "brewproof-capture --check {} said nothing: {}", names[i],
                  output->err);
    found.push_back(read_check(said));
    found.back().name = names[i];
  }
  return found;
}

std::vector<FoundInterface> list_interfaces() {
  const std::vector<std::string> names = interface_names();
  auto checked = check_interfaces(names);
  std::vector<FoundInterface> found;
  if (checked) found = std::move(*checked);
  if (!checked)
    for (const std::string& name : names) {
      found.emplace_back().name = name;
      found.back().obstacle = checked.error().message;
    }
  const auto known = addresses();
  for (FoundInterface& interface : found)
    if (const auto own = known.find(interface.name); own != known.end())
      interface.addresses = own->second;
  return found;
}

}  // namespace brewproof
