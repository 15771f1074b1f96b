#include "rig/network/interceptor.h"

#include <arpa/inet.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "rig/network/gateway_record.h"
#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Python needs 2 s on an idle station.
constexpr std::chrono::seconds patience{30};

std::uint16_t free_port() {
  const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  ::bind(probe.number(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(probe.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// In a folder of mode 0700.
Result<void> write_into(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  if (!(file << text).flush()) return fail(ErrorCode::host, "writing {} failed", path.string());
  return {};
}

// mitmproxy takes certificate and key from this file of its folder, or makes both there.
Result<void> place_authority(const std::string& authority, const fs::path& folder) {
  if (authority.empty()) return {};
  std::ifstream file(authority, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const bool whole = text.find("PRIVATE KEY-----") != std::string::npos &&
                     text.find("BEGIN CERTIFICATE-----") != std::string::npos;
  if (!whole)
    return fail(ErrorCode::bad_file,
                "network.gateway.authority: {} must hold a certificate and its key in PEM",
                authority);
  return write_into(folder / "mitmproxy-ca.pem", text);
}

// The first line of the script says that it listens; what stands before is Python's.
Result<void> wait_ready(Child& proxy) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    auto line = proxy.read_line(std::max(left, milliseconds{0}));
    if (!line && line.error().code == ErrorCode::timeout)
      return fail(ErrorCode::host, "mitmdump is not ready after {} s", patience.count());
    if (!line) return pass_on(std::move(line));
    if (!*line)
      return fail(ErrorCode::host, "mitmdump ended at its start; its own words are above");
    if (**line == R"({"ready": true})") return {};
    if (**line == R"({"ready": false})")
      return fail(ErrorCode::host, "mitmdump cannot listen; its own words are above");
  }
}

}  // namespace

bool count_line(const std::string& line, std::vector<TlsDestination>& destinations) {
  const auto said = nlohmann::json::parse(line, nullptr, false);
  if (!said.is_object() || !said.contains("treatment")) return false;
  try {
    TlsDestination heard;
    const std::string name = said.at("name"), address = said.at("address");
    heard.destination =
        fmt::format("{}:{}", name.empty() ? address : name, said.at("port").get<int>());
    heard.treatment = said.at("treatment");
    heard.reason = said.at("why");
    heard.connections = 1;
    // What is let be after a refusal has the refusal as its reason, and is one with it.
    count(heard, destinations);
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

Result<Interceptor> Interceptor::start(const GatewayConfig& gateway, const std::string& key_log) {
  auto made_folder = ScratchFolder::make("gateway");
  if (!made_folder) return pass_on(std::move(made_folder));
  Interceptor made;
  made.folder_ = std::make_unique<const ScratchFolder>(std::move(*made_folder));
  const fs::path folder = made.folder_->path();
  if (auto placed = place_authority(gateway.authority, folder); !placed)
    return pass_on(std::move(placed));
  if (!gateway.upstream.empty() && !std::ifstream(gateway.upstream))
    return fail(ErrorCode::bad_file, "network.gateway.upstream: {} cannot be read",
                gateway.upstream);
  const fs::path script = folder / "interceptor.py";
  if (auto written = write_into(script, interceptor_script); !written)
    return pass_on(std::move(written));
  made.port_ = free_port();

  ChildSettings settings;
  settings.program = "mitmdump";
  settings.arguments = {
      "--quiet",   "--mode",       "transparent", "--listen-port", std::to_string(made.port_),
      "--scripts", script.string()};
  const auto set = [&](const std::string& option, const std::string& value) {
    settings.arguments.insert(settings.arguments.end(), {"--set", option + "=" + value});
  };
  set("confdir", folder.string());
  set("tcp_hosts", ".*");
  set("flow_detail", "0");
  set("termlog_verbosity", "error");
  if (!gateway.upstream.empty()) set("ssl_verify_upstream_trusted_ca", gateway.upstream);
  for (const std::string& listed : gateway.passthrough) set("let_be", listed);
  settings.environment = {{"SSLKEYLOGFILE", key_log}, {"MITMPROXY_SSLKEYLOGFILE", key_log}};
  settings.working_folder = folder.string();
  settings.pipe_stdout = true;
  auto proxy = Child::start(settings);
  if (!proxy)
    return fail(ErrorCode::host, "{}: sudo apt-get install --no-install-recommends mitmproxy",
                proxy.error().message);
  made.proxy_ = std::make_unique<Child>(std::move(*proxy));
  if (auto ready = wait_ready(*made.proxy_); !ready) return pass_on(std::move(ready));
  // It has read its authority; whatever ends us, no key of it stays behind.
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path() != script) fs::remove_all(entry.path(), ignored);
  return made;
}

Result<void> Interceptor::listen() {
  for (;;) {
    auto line = proxy_->read_line(milliseconds{0});
    if (!line && line.error().code == ErrorCode::timeout) return {};
    if (!line) return pass_on(std::move(line));
    if (!*line) return fail(ErrorCode::host, "mitmdump ended: the machine's TLS leads nowhere");
    (void)count_line(**line, destinations_);
  }
}

}  // namespace brewproof
