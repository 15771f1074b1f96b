#include "rig/proof/inventory.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "rig/model/parallel.h"
#include "rig/proof/ascii.h"
#include "rig/proof/fields.h"

namespace brewproof {
namespace {

/// Does this codec step, "json:" or "body|json:", read a structure with arrays?
bool has_arrays(std::string_view step) {
  return step.ends_with("json:") || step.ends_with("cbor:") || step.ends_with("msgpack:");
}

/// Notes of messages, those together in which only numbers differ.
class Remarks {
 public:
  void add(const KeptMessage& message) {
    for (const std::string& note : message.notes()) add(note);
    if (message.gap && message.notes().empty()) add("bytes of it were never captured");
  }
  [[nodiscard]] std::vector<DecodeRemark> commonest() && {
    std::vector<DecodeRemark> all;
    all.reserve(by_kind_.size());
    for (auto& [kind, remark] : by_kind_) all.push_back(std::move(remark));
    std::ranges::sort(all, [](const DecodeRemark& a, const DecodeRemark& b) {
      return std::tie(b.count, a.note) < std::tie(a.count, b.note);
    });
    if (all.size() > most_remarks) all.resize(most_remarks);
    return all;
  }

 private:
  static constexpr std::size_t most_kinds = 256;

  void add(const std::string& note) {
    std::string kind;
    for (const char c : note) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit || kind.empty() || kind.back() != '#') kind += digit ? '#' : c;
    }
    const auto known = by_kind_.find(kind);
    if (known != by_kind_.end())
      ++known->second.count;
    else if (by_kind_.size() < most_kinds)
      by_kind_.emplace(std::move(kind), DecodeRemark{note, 1});
  }

  std::map<std::string, DecodeRemark> by_kind_;
};

SentSignature sent(const Signature& signature, const Traffic& traffic) {
  SentSignature one;
  one.destination = signature.destination;
  one.protocol = signature.protocol;
  one.tls = signature.tls;
  one.message = signature.message;
  one.count = signature.messages.size();
  std::unordered_set<std::string_view> read;  // paths as they stand: most messages add none
  std::set<std::string> paths;
  Remarks remarks;
  std::unordered_set<const MessageHeading*> headings;
  for (const std::size_t m : signature.messages) {
    const KeptMessage& message = *traffic.messages[m];
    one.bytes += message.size;
    one.sealed_bytes += message.sealed_bytes;
    remarks.add(message);
    if (!headings.insert(&message.heading()).second) continue;
    for (const MessageHeading::Column& column : message.heading().columns) {
      if (read.size() >= most_paths_read || !read.insert(column.path).second) continue;
      std::string path = any_element(column.path);
      if (paths.size() < most_columns)
        paths.insert(std::move(path));
      else
        one.fields_cut = one.fields_cut || !paths.contains(path);
    }
  }
  one.fields_cut = one.fields_cut || read.size() >= most_paths_read;
  one.fields.assign(paths.begin(), paths.end());
  one.remarks = std::move(remarks).commonest();
  return one;
}

}  // namespace

std::string any_element(std::string_view path) {
  std::string out;
  bool arrays = false;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find_first_of("/|", at), path.size());
    const std::string_view step = path.substr(at, end - at);
    const bool element = arrays && at > 0 && path[at - 1] == '/' && all_digits(step);
    out += element ? "*" : step;
    if (at == 0 || path[at - 1] == '|') arrays = has_arrays(step);
    if (end < path.size()) out += path[end];
    at = end + 1;
  }
  return out;
}

std::vector<SentSignature> inventory(const Traffic& traffic) {
  std::vector<SentSignature> all(traffic.signatures.size());
  in_parallel(all.size(), traffic.messages.size() * steps_of_a_message,
              [&](std::size_t s) { all[s] = sent(traffic.signatures[s], traffic); });
  return all;
}

}  // namespace brewproof
