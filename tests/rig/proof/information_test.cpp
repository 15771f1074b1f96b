// The cells of a whole batch of arrangements against counting them one by one, to the last bit; and
// the family of tests that is made of them against its definition.
#include "rig/proof/information.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <utility>

#include "rig/proof/association.h"
#include "tests/rig/proof/step_down_by_draw.h"

namespace brewproof {
namespace {

Categories drawn(Generator& generator, std::size_t rows, std::size_t categories) {
  Categories of;
  for (std::size_t row = 0; row < rows; ++row) of.push_back(generator.below(categories));
  return of;
}

double plain_cells(const Categories& field, const Categories& levels) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> cells;
  for (std::size_t row = 0; row < field.size(); ++row) ++cells[{field[row], levels[row]}];
  double sum = 0;
  for (const auto& [cell, count] : cells) {
    const auto c = static_cast<double>(count);
    sum += count < 2 ? 0.0 : c * std::log2(c);
  }
  return sum;
}

void expect_same_cells(std::size_t rows, std::size_t values, std::size_t levels, bool in_planes) {
  Generator generator(rows + values + levels);
  const Categories field = drawn(generator, rows, values);
  const Information information(field);
  Arrangements dealt(rows, levels);
  EXPECT_EQ(dealt.in_planes(), in_planes);
  // A second batch must know nothing of the first.
  for (const std::size_t size : {arrangement_batch, std::size_t{3}}) {
    std::vector<Categories> plain;
    for (std::size_t a = 0; a < size; ++a)
      dealt.add(plain.emplace_back(drawn(generator, rows, levels)));
    EXPECT_EQ(dealt.full(), size == arrangement_batch);
    std::vector<double> sums(size);
    information.cells(dealt, sums);
    for (std::size_t a = 0; a < size; ++a) EXPECT_EQ(sums[a], plain_cells(field, plain[a])) << a;
    dealt.clear();
  }
}

TEST(Information, OfABatchIsThatOfEachArrangement) {
  expect_same_cells(40, 6, 2, true);
  expect_same_cells(300, 2, 3, true);  // more rows of one value than a byte counts
  expect_same_cells(40, 30, 16, true);
  expect_same_cells(40, 6, 17, false);
  expect_same_cells(5, 3, 1, true);
}

TEST(Information, InBitsByHand) {
  // Cells 2, 1 and 1, values 3 and 1, levels 2 and 2, of 4 rows:
  // (2 log2 2 + 4 log2 4 - 3 log2 3 - 2 log2 2 - 2 log2 2) / 4 = (2 + 8 - 4.754887502 - 4) / 4.
  EXPECT_NEAR(Information({0, 0, 0, 1}).bits({0, 0, 1, 1}), 0.311278124, 1e-9);
  EXPECT_EQ(Information({}).bits({}), 0);
}

/// The family as it is defined, from arrangements that are all given.
std::vector<AssociationTest> plain_family(const std::vector<Categories>& pool,
                                          const std::vector<Categories>& fields) {
  std::vector<std::vector<double>> p(fields.size());
  std::vector<double> observed;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    std::vector<double> sums;
    for (const Categories& dealt : pool) sums.push_back(plain_cells(fields[f], dealt));
    for (const double sum : sums) {
      const auto as_large = std::ranges::count_if(sums, [&](double x) { return x >= sum - 1e-9; });
      p[f].push_back(static_cast<double>(as_large) / static_cast<double>(pool.size()));
    }
    observed.push_back(p[f].front());
  }
  const std::vector<double> adjusted = step_down_by_draw(
      observed, pool.size(),
      [&](std::size_t a, std::span<double> of) {
        for (std::size_t f = 0; f < fields.size(); ++f) of[f] = p[f][a];
      },
      Redraws::all);
  std::vector<AssociationTest> tests;
  for (std::size_t f = 0; f < fields.size(); ++f) tests.push_back({0, observed[f], adjusted[f]});
  return tests;
}

void expect_same_family(std::size_t levels, std::uint64_t seed) {
  constexpr std::size_t rows = 40, draws = 300;
  Generator generator(seed);
  Categories dealt;
  for (std::size_t row = 0; row < rows; ++row) dealt.push_back(row % levels);
  std::vector<Categories> fields;
  for (const std::size_t values : {2, 3, 7, 25}) {
    fields.push_back(drawn(generator, rows, values));
    fields.push_back(fields.back());  // says the same
    for (std::size_t& value : fields.back()) value = 30 - value;
  }
  fields.push_back(dealt);
  for (std::size_t row = 0; row < rows; row += 5) fields.back()[row] = generator.below(levels);

  Generator again(seed + 1);
  std::vector<Categories> pool = {dealt};
  for (std::size_t d = 0; d < draws; ++d) {
    pool.push_back(dealt);
    again.shuffle(std::span(pool.back()));
  }
  const std::vector<AssociationTest> plain = plain_family(pool, fields);
  const auto family = test_association(dealt, Categories(rows), fields, Generator(seed + 1), draws);
  EXPECT_EQ(family[0].arrangements, draws + 1);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    EXPECT_EQ(family[f].p, plain[f].p) << levels << " " << f;
    EXPECT_EQ(family[f].p_adjusted, plain[f].p_adjusted) << levels << " " << f;
  }
}

TEST(Information, AFamilyOfFieldsIsThatOfItsDefinition) {
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    expect_same_family(2, seed);
    expect_same_family(5, seed);
    expect_same_family(20, seed);
  }
}

}  // namespace
}  // namespace brewproof
