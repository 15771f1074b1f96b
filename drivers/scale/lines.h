// The lines in which balances answer, in four dialects. Pure.
//
//   mt_sics  SI -> "S S     100.00 g" at rest, "S D     100.00 g" moving: the weight in 10
//            characters, right aligned; "S I" busy, "S +" over, "S -" under; "ES" syntax, "ET"
//            transmission, "EL" logical error. I4 -> I4 A "serial number"
//            (Mettler-Toledo reference manual 11780711; BTEK T104, appendix B)
//   ohaus    IP -> "     192.21 g", "?" behind it while moving, then "NET" or "G" on some; "ES"
//            (OHAUS RS232 interface manual, EN-3; Courier 5000, 10.2)
//   and      Q -> "ST,+00123.45  g" at rest, "US," moving, "OL," out of range: sign and weight in
//            9 characters, the unit in 3 (A&D GX-A/GF-A communication manual, 7-2; GX-300, 10-8)
//   kern     O8 -> sign, weight in 7 or 8 characters, unit in 2 ("KG", " G"), the limits' verdict,
//            "S" at rest, "U" moving, "E" out of range: 12 or 13 characters; "A00" taken, "E01"
//            refused (sigrokproject/libsigrok, src/scale/kern.c; Vibra manual, 10.4 and 10.5)
//
// No line has a check: what is not such a line to the last character is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace brewproof::scale {

enum class Dialect { mt_sics, ohaus, and_, kern };

struct Answer {
  enum class Kind { weight, over, under, out_of_range, busy, refused };
  Kind kind = Kind::weight;
  bool moving = false;
  double number = 0;      // of kind weight, in `unit`
  std::string unit = {};  // as the balance writes it, without blanks, in lower case
};

/// A line without its end; nullopt where it is no answer of the dialect.
[[nodiscard]] std::optional<Answer> read_line(Dialect dialect, std::string_view line);

/// Kilograms in one of g, kg, mg, oz and lb (avoirdupois); nullopt for any other unit.
[[nodiscard]] std::optional<double> kilograms_in(std::string_view unit);

/// The question for the weight as it is now, moving or not, with its end.
[[nodiscard]] std::string_view question(Dialect dialect);

}  // namespace brewproof::scale
