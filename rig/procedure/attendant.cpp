#include "rig/procedure/attendant.h"

namespace brewproof {

Result<OperatorAnswer> ask(const Attendant& attendant, const OperatorStep& step, Clock& clock,
                           const Wait& wait, const std::function<void()>& show) {
  OperatorAnswer answer;
  answer.operator_name = attendant.name;
  answer.at.begin = clock.now();
  const std::int64_t end = answer.at.begin.raw_ns + step.within.count();
  const int before = attendant.pressed().count;
  show();
  while (true) {
    const KeyPress now = attendant.pressed();
    const int choice = step.choices.size() == 1 ? 0 : now.digit - 1;
    if (now.count != before && choice >= 0 && choice < std::ssize(step.choices)) {
      answer.choice = static_cast<std::size_t>(choice);
      answer.at.end = clock.now();
      return answer;
    }
    if (clock.now().raw_ns >= end)
      return fail(ErrorCode::timeout, "nobody answered within {} s: {}",
                  step.within.count() / 1'000'000'000, step.ask);
    if (auto waited = wait(clock.now().raw_ns + nap_ns); !waited) return pass_on(std::move(waited));
  }
}

}  // namespace brewproof
