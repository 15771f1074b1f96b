// The plan and its forecast as a person reads them before pressing go, and as `plan --json`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rig/model/plan.h"
#include "rig/procedure/make_plan.h"

namespace brewproof {

struct PlanStyle {
  bool color = false;
  int width = 100;
  int first_slots = 8;  // how many slots are listed
};

/// Schedule, first slots, cost, what can be proved at best, warnings, and the plan's hash. Ends in
/// LF. Text from the files is escaped.
[[nodiscard]] std::string plan_text(const Plan& plan, const Forecast& forecast,
                                    const PlanStyle& style = {});

[[nodiscard]] nlohmann::json forecast_json(const Plan& plan, const Forecast& forecast);

}  // namespace brewproof
