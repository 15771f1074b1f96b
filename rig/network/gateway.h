// What a bench's gateway does about TLS during one run (`network.gateway`): keys of one's own
// endpoints are copied into the run, or connections are led through a proxy that opens them. All of
// it ends with this object, or with this process however it ends.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/network_file.h"
#include "rig/model/result.h"
#include "rig/network/interceptor.h"
#include "rig/network/steering.h"
#include "rig/process/descriptor.h"

namespace brewproof {

/// Copies what a program appends to its key log from now on. A file that is not there yet, or
/// begins anew, is read from its start.
class KeyLogTail {
 public:
  /// Error `host`: `copy`, which exists, cannot be opened.
  [[nodiscard]] static Result<KeyLogTail> follow(const std::string& log, const std::string& copy);
  /// Whole lines only. Error `io`: `copy` cannot be written to. A log that cannot be read holds
  /// nothing new.
  [[nodiscard]] Result<void> copy_new();
  [[nodiscard]] bool readable() const;

 private:
  KeyLogTail(std::string log, Descriptor copy) : log_(std::move(log)), copy_(std::move(copy)) {}
  std::string log_;
  Descriptor copy_;
  std::uint64_t taken_ = 0;
};

class Gateway {
 public:
  /// Nothing of the machine's is touched yet. `key_log` is an existing file that keys are appended
  /// to. Errors as of Interceptor and Steering.
  [[nodiscard]] static Result<Gateway> start(const NetworkConfig& network,
                                             const std::string& key_log);

  /// Leads the connections the way that a block needs. True: they were led another way before, and
  /// the machine makes them anew. Error `host`.
  [[nodiscard]] Result<bool> lead(bool passive);
  /// Hears what the proxy told; often. Error `host`: it ended.
  [[nodiscard]] Result<void> listen();
  /// Takes in what the endpoints' key logs hold until now. Error `io`.
  [[nodiscard]] Result<void> collect_keys();
  [[nodiscard]] std::vector<TlsDestination> destinations() const;
  /// Key logs of the bench file that could not be read until now.
  [[nodiscard]] std::vector<std::string> missing_key_logs() const;

 private:
  explicit Gateway(GatewayConfig config) : config_(std::move(config)) {}
  GatewayConfig config_;
  SteeredPorts steered_;
  std::vector<KeyLogTail> tails_;
  std::optional<Interceptor> proxy_;
  std::optional<Steering> steering_;
  std::optional<bool> passive_;  // as led last
};

}  // namespace brewproof
