#include "rig/model/actuation.h"

namespace brewproof {

std::set<int> without_read_back(const std::vector<Actuation>& actuations) {
  std::set<int> trials;
  for (const Actuation& row : actuations)
    if (row.level == "reported" && row.state == no_read_back) trials.insert(row.trial);
  return trials;
}

std::map<int, Answers> answers_of(const std::vector<Actuation>& actuations) {
  const std::set<int> not_to_be_asked = without_read_back(actuations);
  std::map<int, Answers> trials;
  for (const Actuation& row : actuations) {
    Answers& answers = trials[row.trial];
    if (row.level == "commanded") answers.commanded = true;
    if (row.level == "accepted") answers.accepted = true;
    // A read-back that contradicts ends the run: what is in the journal agreed. One part of an act
    // without any leaves the whole unreported.
    if (row.level == "reported" && !not_to_be_asked.contains(row.trial)) answers.reported = true;
    if (row.level == "confirmed") answers.confirmed = row.state == "seen";
    if (row.level == "booked") answers.booked = row.state == "booked";
  }
  return trials;
}

}  // namespace brewproof
