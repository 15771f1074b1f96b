// A regression run held against the earlier run that it was begun for: which of its claims did not
// come back, and what does this run have that it never had? Pure.
#pragma once

#include <vector>

#include "rig/model/finding.h"

namespace brewproof {

/// `now`: this run's findings with the confirmations of the earlier run's claims and everything
/// that was sent; `base`: the earlier run's findings.
///
/// A claim is back where it is confirmed. Where it is not, it is red only if the counts show a
/// difference too: fewer acts than then have the message, or more shams (Fisher's exact test, times
/// two questions a claim, at 1 %). Few acts cannot confirm what follows one act in three, and that
/// is no difference: it is doubtful.
///
/// A message is new where the earlier run has none to the same destination, in the same protocol,
/// whose template agrees with it in all that both know; a size is no news between the smallest and
/// the largest class that it had, nor one class beside them. A field is new where none of these
/// messages had it. What is sealed now and was opened then is doubtful.
[[nodiscard]] Regression held_against(const Findings& base, const Findings& now);

/// Do they say the same? Of two runs that were held against the same earlier one.
[[nodiscard]] bool same_red_line(const RedLine& a, const RedLine& b);

/// Those that no doubt stands against.
[[nodiscard]] std::vector<RedLine> red_lines(const Regression& regression);

}  // namespace brewproof
