#include "rig/command/analysis/key_logs.h"

#include <filesystem>

#include "rig/decode/tls/secrets.h"

namespace brewproof {
namespace {

// A hundred times what 100,000 sessions of TLS 1.3 take would not be a key log.
constexpr std::uintmax_t longest = 128u << 20;

Result<std::string> read_whole(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > longest)
    return fail(ErrorCode::bad_file,
                "{}: has {} MiB: a key log of one analysis has 128 at most; is it one?", path,
                size >> 20);
  return read_file_whole(path);
}

}  // namespace

Result<KeyLogs> read_key_logs(const std::vector<AnalysisSource::KeyLog>& logs) {
  KeyLogs all;
  for (const AnalysisSource::KeyLog& log : logs) {
    auto text = read_whole(log.path);
    if (!text) return pass_on(std::move(text));
    TlsSecrets secrets;
    KeyLogRead read = secrets.add(*text);
    if (log.named && read.bad_lines != 0) {
      const std::string bad = read.bad_lines == 1
                                  ? "this line"
                                  : fmt::format("the {} lines that are bad", read.bad_lines);
      return fail(ErrorCode::bad_file, "{}:{}; delete {}, or give the log as the program wrote it",
                  log.path, read.fault, bad);
    }
    read.file = log.name;
    all.read.push_back(std::move(read));
    all.text += *text;
    if (!all.text.empty() && all.text.back() != '\n') all.text += '\n';
  }
  return all;
}

}  // namespace brewproof
