#include "rig/command/analysis/captures.h"

#include <algorithm>
#include <utility>

#include "rig/capture/capture_file.h"
#include "rig/model/sha256.h"
#include "rig/model/terminal_flow.h"
#include "rig/reading/decode_process.h"

namespace brewproof {
namespace {

bool is_the_terminals(const std::string& address, const AnalysisSource& source) {
  return std::ranges::find(source.terminal, address) != source.terminal.end();
}

void add(const TlsByPeer& more, TlsByPeer& to) {
  for (const auto& [peer, tally] : more) {
    TlsTally& sum = to[peer];
    sum.seen += tally.seen;
    sum.opened += tally.opened;
    for (const auto& [why, sealed] : tally.sealed) {
      TlsSealed& all = sum.sealed[why];
      all.sessions += sealed.sessions;
      all.partly += sealed.partly;
      for (const SealedSession& one : sealed.some)
        if (all.some.size() < TlsSealed::most_named) all.some.push_back(one);
    }
  }
}

void add(const decode::ByteLayers& more, decode::ByteLayers& to) {
  using Layers = decode::ByteLayers;
  for (const auto layer : {&Layers::link, &Layers::network, &Layers::transport, &Layers::protocol,
                           &Layers::value, &Layers::sealed, &Layers::unexplained})
    to.*layer += more.*layer;
}

// What the DUT sent is what both of its devices sent. `up_packets` stays the machine's: where it
// was not seen, its terminal is no witness of it.
void add(const DecodeTotals& more, DecodeTotals& to) {
  to.up_bytes += more.up_bytes;
  to.gap_bytes += more.gap_bytes;
  to.up_tls_overhead += more.up_tls_overhead;
  to.down_tls_overhead += more.down_tls_overhead;
  to.folded_messages += more.folded_messages;
  to.lost_bytes += more.lost_bytes;
  add(more.tls, to.tls);
  add(more.up_layers, to.up_layers);
}

// The payment terminal is another device on the same cable. It is decoded for itself, so that no
// message of one counts as the other's.
Result<void> add_terminal(DecodeOrder order, const MessageSink& sink, CapturesRead& read) {
  auto process = DecodeProcess::start(std::move(order));
  if (!process) return pass_on(std::move(process));
  auto decoded = process->finish([&](Message&& message) {
    message.flow += first_terminal_flow;
    sink(std::move(message));
  });
  if (!decoded) return pass_on(std::move(decoded));
  if (decoded->fault) {
    decoded->totals.up_layers = {.unexplained = decoded->totals.up_bytes};
    read.faults.push_back(std::move(decoded->death));
    if (!read.fault) read.fault = std::move(decoded->fault);
  }
  add(decoded->totals, read.totals);
  return {};
}

}  // namespace

Result<CapturesRead> decode_captures(const AnalysisSource& source, const MessageSink& sink) {
  auto key_logs = read_key_logs(source.key_logs);
  if (!key_logs) return pass_on(std::move(key_logs));
  DecodeOrder order;
  order.key_log = key_logs->text;
  for (const AnalysisSource::Capture& capture : source.captures)
    order.files.push_back({capture.path, capture.name});
  for (const std::string& address : source.dut)
    if (!is_the_terminals(address, source)) order.options.dut.push_back(address);
  order.protos = source.protos;
  DecodeOrder for_terminal = order;
  auto process = DecodeProcess::start(std::move(order));
  if (!process) return pass_on(std::move(process));
  auto decoded = process->finish(sink);
  if (!decoded) return pass_on(std::move(decoded));
  CapturesRead read;
  read.totals = std::move(decoded->totals);
  read.key_logs = std::move(*key_logs);
  read.fault = std::move(decoded->fault);
  // The layers are told at the end.
  if (read.fault) read.totals.up_layers = {.unexplained = read.totals.up_bytes};
  for (std::size_t i = 0; i < source.captures.size(); ++i) {
    FileRead& file = decoded->files[i];
    read.damaged = read.damaged || !file.fault.empty();
    // The watch ends where the decoder died.
    if (file.packets > 0)
      read.watched.push_back({file.first_ns, file.last_ns, !file.fault.empty() || !file.ended});
    read.files.push_back({source.captures[i].name, "", file.packets, file.dropped});
    if (file.keys != KeyLogRead{}) {
      file.keys.file = "inside " + source.captures[i].name;
      read.key_logs.read.push_back(std::move(file.keys));
    }
    if (!file.fault.empty()) read.faults.push_back(std::move(file.fault));
  }
  if (read.fault) read.faults.push_back(std::move(decoded->death));
  if (!source.terminal.empty()) {
    for_terminal.options.dut = source.terminal;
    if (auto added = add_terminal(std::move(for_terminal), sink, read); !added)
      return pass_on(std::move(added));
  }
  return read;
}

Result<void> for_each_packet(const std::vector<AnalysisSource::Capture>& captures,
                             const std::function<void(const Packet&)>& use) {
  for (std::size_t i = 0; i < captures.size(); ++i) {
    auto reader = CaptureFileReader::open(captures[i].path, static_cast<std::uint32_t>(i));
    if (!reader) return pass_on(std::move(reader));
    while (true) {
      auto packet = reader->next();
      if (!packet || !*packet) break;
      use(**packet);
    }
  }
  return {};
}

Result<void> hash_captures(const std::vector<AnalysisSource::Capture>& captures,
                           CapturesRead& read) {
  for (std::size_t i = 0; i < captures.size(); ++i) {
    auto hash = sha256_file(captures[i].path);
    if (!hash) return pass_on(std::move(hash));
    read.files[i].sha256 = *hash;
    read.changed = read.changed || (!captures[i].sha256.empty() && captures[i].sha256 != *hash);
    if (read.files[i].packets == 0) continue;  // empty ones double nothing
    for (std::size_t before = 0; before < i; ++before)
      if (read.files[before].sha256 == *hash)
        return fail(ErrorCode::usage,
                    "{} holds what {} holds (SHA-256 {}), and every message would count twice: "
                    "name it once",
                    captures[i].path, captures[before].path, *hash);
  }
  return {};
}

}  // namespace brewproof
