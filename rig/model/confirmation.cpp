#include "rig/model/confirmation.h"

#include "rig/model/destination_json.h"

namespace brewproof {

using nlohmann::json;

json claim_json(const ClaimToConfirm& claim) {
  json out = {{"id", claim.id},
              {"event", claim.event},
              {"node", claim.node ? json(*claim.node) : json(nullptr)},
              {"destination", destination_texts(claim.destination)},
              {"protocol", claim.protocol},
              {"tls", claim.tls},
              {"message", claim.message},
              {"window_ns", {claim.window.begin_ns, claim.window.end_ns}}};
  if (claim.every > 1) out["every"] = claim.every;
  if (claim.all_events) out["of"] = "all events";
  return out;
}

json confirming_json(const ConfirmationWish& wish) {
  json claims = json::array();
  for (const ClaimToConfirm& claim : wish.claims) claims.push_back(claim_json(claim));
  json out = {{"run", wish.run}, {"findings_sha256", wish.findings_sha256}, {"claims", claims}};
  if (wish.regress) out["regress"] = true;
  return out;
}

std::optional<ConfirmationWish> read_confirming(const json& from) {
  try {
    ConfirmationWish wish;
    wish.run = from.at("run").get<std::string>();
    wish.findings_sha256 = from.at("findings_sha256").get<std::string>();
    wish.regress = from.value("regress", false);
    for (const json& one : from.at("claims")) {
      ClaimToConfirm claim;
      claim.id = one.at("id").get<std::string>();
      claim.event = one.at("event").get<std::string>();
      if (!one.at("node").is_null()) claim.node = one.at("node").get<std::string>();
      claim.destination = read_destination_texts(one.at("destination"));
      claim.protocol = one.at("protocol").get<std::string>();
      claim.tls = one.at("tls").get<bool>();
      claim.message = one.at("message").get<std::string>();
      claim.window = {one.at("window_ns").at(0).get<std::int64_t>(),
                      one.at("window_ns").at(1).get<std::int64_t>()};
      claim.every = one.value("every", 1);
      claim.all_events = one.contains("of");
      wish.claims.push_back(std::move(claim));
    }
    return wish;
  } catch (const json::exception&) {
    return std::nullopt;  // somebody's file, not a bug
  }
}

std::vector<ClaimToConfirm> claims_to_confirm(const Findings& findings) {
  std::vector<ClaimToConfirm> claims;
  for (const Finding& finding : findings.findings)
    if (finding.timing)
      claims.push_back({finding.id, finding.event, finding.node, finding.destination,
                        finding.protocol, finding.tls, finding.message, finding.timing->window,
                        finding.timing->counted ? finding.timing->counted->every : 1,
                        finding.timing->counted && finding.timing->counted->all_events});
  return claims;
}

}  // namespace brewproof
