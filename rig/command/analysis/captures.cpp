#include "rig/command/analysis/captures.h"

#include <utility>

#include "rig/capture/capture_file.h"
#include "rig/model/sha256.h"
#include "rig/reading/decode_process.h"

namespace brewproof {

Result<CapturesRead> decode_captures(const AnalysisSource& source, const MessageSink& sink) {
  auto key_logs = read_key_logs(source.key_logs);
  if (!key_logs) return pass_on(std::move(key_logs));
  DecodeOrder order;
  order.key_log = key_logs->text;
  for (const AnalysisSource::Capture& capture : source.captures)
    order.files.push_back({capture.path, capture.name});
  order.options.dut = source.dut;
  order.protos = source.protos;
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
