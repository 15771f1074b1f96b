// The talk with one device over HTTP/1.1: a plug on the bench's own network. Each request has a
// connection of its own, which leaves by the interface that the bench file names and by no other:
// the rig's words never get onto the captured link. No proxies, no redirects, no TLS.
//
// Every byte is recorded with its clock brackets. A device that is gone (`io`: refuses, resets, has
// no route) stays gone and repeats the first cause; one that is silent (`timeout`) or talks
// nonsense (`protocol`) is not broken by it. What did not leave in time is thrown away with its
// connection, and a late answer finds nobody, so neither can be taken for the next one. Called from
// one thread.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "rig/bench/driver.h"

namespace brewproof {

class HttpDialogue {
 public:
  /// From the options `host` (an address or a name, `:port` behind it where that is not 80) and
  /// `interface`. Nothing is sent. A name is looked up here, once, by the station's resolver.
  /// Errors: `bad_file` (no such host), `host` (no such interface, no permission to choose it).
  [[nodiscard]] static Result<std::unique_ptr<HttpDialogue>> open(const ResourceConfig& resource,
                                                                  const DriverContext& context);

  /// GET `target`, which begins with "/" and is encoded already; the answer's JSON object. Bounded:
  /// 2 s for all of it, 64 KiB. Errors `io`, `timeout`, and `protocol` for every other status than
  /// 200 and for what is no JSON object.
  Result<nlohmann::json> get(const std::string& target);

  /// The same, also where the device was gone: an *off* is worth a try. The first cause stays.
  Result<nlohmann::json> get_even_if_gone(const std::string& target);

  /// Of the last request that left.
  [[nodiscard]] const Sent& last_sent() const { return exchange_.sent; }
  /// When the last bytes of the last answer came.
  [[nodiscard]] const Instant& last_received() const { return last_received_; }
  /// The resource's name in the bench file, which every message holds.
  [[nodiscard]] const std::string& resource() const { return exchange_.resource; }
  /// As in the bench file.
  [[nodiscard]] const std::string& host() const { return host_; }

 private:
  HttpDialogue(const ResourceConfig& resource, const DriverContext& context);
  struct Answer {
    unsigned status = 0;
    std::string body;
  };
  Result<Answer> exchange(const std::string& target);

  DriverContext context_;
  std::string host_, interface_;
  std::string address_;  // numeric
  unsigned short port_ = 80;
  std::optional<Error> first_cause_;
  Exchange exchange_;
  Instant last_received_;
};

/// The keys that every driver on this transport takes.
inline constexpr OptionEntry host_option{
    "host", true, "the plug's address, as 192.168.7.20 or 192.168.7.20:8080"};
inline constexpr OptionEntry interface_option{
    "interface", true, "the station's interface that the plug is on, not the captured one"};

}  // namespace brewproof
