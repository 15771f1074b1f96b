// What the explanations of findings, fields and packets have in common. Plain ASCII lines.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "rig/proof/workings.h"

namespace brewproof::explaining {

using Lines = std::back_insert_iterator<std::string>;

/// Text of the DUT on a terminal: printable ASCII stays, every other byte is written as \xNN.
[[nodiscard]] std::string printable(std::string_view text);
/// Whole ones without a point.
[[nodiscard]] std::string milliseconds(std::int64_t ns);

/// "F1: pay -> http POST /v1/order to api.x.example at 203.0.113.10 port 80".
void write_unit(const std::string& id, const Signature& signature, const Arms& arms,
                std::string_view verb, Lines out);

/// Blocks, 2x2 table, law with its numbers, windows, and what looking at many things cost.
void write_test(const TimingTest& test, const ProofInput& input, const Workings& workings,
                Lines out);

/// What bets on the lots earned, block by block, and what that is worth. `test` has an e_value.
void write_bets(const TimingTest& test, const Arms& arms, const ProofInput& input, Lines out);

/// What each act of the event was made with beside what this field held, and how likely chance
/// would agree so well. `column` is one of the table's.
void write_stimulus(const FieldColumn& column, const FieldTable& table, const Stimulus& stimulus,
                    std::size_t event, const ProofInput& input, const Workings& workings,
                    Lines out);

/// The numbers of a running total, span by span, and what is counted from them.
void write_total(const TotalTest& test, const ProofInput& input, const Workings& workings,
                 Lines out);

/// Row by row: trial, what was drawn, what the field held. At most 64 rows.
void write_rows(const FieldColumn& column, const FieldTable& table, const std::string& parameter,
                Lines out);

}  // namespace brewproof::explaining
