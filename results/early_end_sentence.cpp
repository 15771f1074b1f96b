#include <fmt/format.h>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {

std::string early_end_sentence(const FindingsRun& run) {
  if (!run.early_end) return "";
  const EarlyEnd& end = *run.early_end;
  std::string text = fmt::format("stopped after block {} of {}: {} cup{} saved", end.after_blocks,
                                 end.of_blocks, end.cups_saved, end.cups_saved == 1 ? "" : "s");
  if (!by_rule(end))
    return text + fmt::format(
                      " (--{}: a bound that looks at nothing that was seen, so every p is that of "
                      "a run that was planned so)",
                      inert(end.reason, 20));
  return text +
         ". The plan's rule found decided what each event sends. The p of what is sent is 1/e of "
         "bets on the lots, which holds whenever the blocks end; the p of contents is of shuffles "
         "of the trials that were made. Rates and limits are as counted, of a number of trials "
         "that was not fixed. What only adds up was not looked for";
}

}  // namespace brewproof
