// What decoding met in messages, in words.
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {

std::vector<std::string> remark_sentences(const Findings& findings) {
  struct Said {
    std::size_t place;
    const SentSignature* of;
    const DecodeRemark* remark;
  };
  std::vector<Said> all;
  for (const SentSignature& sent : findings.signatures)
    for (const DecodeRemark& remark : sent.remarks) all.push_back({all.size(), &sent, &remark});
  std::ranges::sort(all, [](const Said& a, const Said& b) {
    return std::tie(b.remark->count, a.place) < std::tie(a.remark->count, b.place);
  });
  std::vector<std::string> sentences;
  sentences.reserve(all.size());
  for (const auto& [place, of, remark] : all)
    sentences.push_back(fmt::format("{} × {} {} to {}: {}", count_text(remark->count),
                                    inert(of->protocol, 20), inert(of->message, 80),
                                    destination_text(of->destination), inert(remark->note, 300)));
  return sentences;
}

}  // namespace brewproof
