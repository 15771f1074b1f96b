#include "rig/proof/nodes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Messages of one unit, in order of time.
class Unit {
 public:
  void send(std::vector<std::pair<std::string, std::string>> fields, std::uint64_t size = 100) {
    Message m;
    m.time_ns = static_cast<std::int64_t>(messages_.size());
    m.from_dut = true;
    m.protocol = "mqtt";
    m.message = "PUBLISH m";
    m.size = size;
    for (auto& [path, value] : fields) m.fields.push_back({path, value, FieldType::text});
    messages_.push_back(std::move(m));
  }
  [[nodiscard]] std::vector<std::string> labels() const {
    std::vector<std::string> labels;
    for (const Node& node : find_nodes(read_traffic(messages_, {}), {}).all) {
      labels.push_back(node.label);
    }
    return labels;
  }
  [[nodiscard]] std::vector<std::size_t> members(const std::string& label) const {
    for (const Node& node : find_nodes(read_traffic(messages_, {}), {}).all) {
      if (node.label == label) return node.messages;
    }
    return {};
  }

 private:
  std::vector<KeptMessage> messages_;
};

TEST(Nodes, AValueOfFewTellsMessagesApart) {
  Unit unit;
  unit.send({{"payload|json:/type", "env"}});
  unit.send({{"payload|json:/type", "brew"}});
  unit.send({{"payload|json:/type", "env"}});
  EXPECT_THAT(unit.labels(), ElementsAre("", "type=brew", "type=env"));
  EXPECT_THAT(unit.members("type=env"), ElementsAre(0, 2));
  EXPECT_THAT(unit.members("type=brew"), ElementsAre(1));
}

TEST(Nodes, OfAClusterOfSizesEachClassMayBeAnEvents) {
  std::vector<KeptMessage> messages;
  for (int i = 0; i < 30; ++i) {
    Message m;
    m.time_ns = i;
    m.from_dut = true;
    m.protocol = "tls";
    const int size = 300 + i * 7;
    m.size = static_cast<std::uint64_t>(size);
    m.message = fmt::format("record {}..{} B", size / 10 * 10, size / 10 * 10 + 9);
    messages.push_back(std::move(m));
  }
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 1u);
  const Nodes nodes = find_nodes(traffic, {});
  const auto node = std::ranges::find(nodes.all, "size 320..329", &Node::label);
  ASSERT_NE(node, nodes.all.end());
  EXPECT_THAT(node->messages, ElementsAre(3, 4));
  EXPECT_TRUE(bears(messages[3], node->mark));
  EXPECT_FALSE(bears(messages[5], node->mark));
}

TEST(Nodes, ConstantsAndWhatIsAlwaysNewTellNothing) {
  Unit unit;
  for (int i = 0; i < 9; ++i) unit.send({{"sn", "KD00412"}, {"seq", std::to_string(i)}});
  EXPECT_THAT(unit.labels(), ElementsAre(""));
}

TEST(Nodes, TheLengthOfAMessageIsNoPartOfIt) {
  Unit unit;
  unit.send({{"header:content-length", "54"}, {"type", "sale"}});
  unit.send({{"header:content-length", "40"}, {"type", "env"}});
  EXPECT_THAT(unit.labels(), ElementsAre("", "type=env", "type=sale"));
}

TEST(Nodes, EightValuesAreFewAndNineAreMany) {
  Unit unit;
  for (int i = 0; i < 8; ++i) unit.send({{"n", std::to_string(i)}});
  EXPECT_EQ(unit.labels().size(), 9u);
  unit.send({{"n", "8"}});
  EXPECT_EQ(unit.labels().size(), 1u);
}

TEST(Nodes, KeysThatOnlySomeHaveAreAShape) {
  Unit unit;
  for (int i = 0; i < 9; ++i) {
    const std::string n = std::to_string(i);
    unit.send(i % 2 == 0
                  ? std::vector<std::pair<std::string, std::string>>{{"n", n}}
                  : std::vector<std::pair<std::string, std::string>>{{"n", n}, {"a/d", n + n}});
  }
  EXPECT_THAT(unit.labels(),
              ElementsAre("", "d=11", "d=33", "d=55", "d=77", "shape {}", "shape {d}"));
  EXPECT_THAT(unit.members("shape {d}"), ElementsAre(1, 3, 5, 7));
}

TEST(Nodes, SizesTellApartWhatNobodyCanRead) {
  Unit unit;
  for (const std::uint64_t size : {113, 64, 64, 113, 64}) unit.send({}, size);
  EXPECT_THAT(unit.labels(), ElementsAre("", "size 64", "size 113"));
}

TEST(Nodes, TheSameMessagesAreOneNode) {
  Unit unit;
  unit.send({{"type", "env"}, {"v", "1"}}, 64);
  unit.send({{"type", "brew"}, {"v", "2"}}, 113);
  EXPECT_THAT(unit.labels(), ElementsAre("", "type=brew", "type=env"));
}

TEST(Nodes, ALastStepThatTwoPathsShareIsNoName) {
  Unit unit;
  unit.send({{"json:/a/type", "x"}, {"json:/b/type", "1"}});
  unit.send({{"json:/a/type", "y"}, {"json:/b/type", "1"}});
  EXPECT_THAT(unit.labels(), ElementsAre("", "json:/a/type=x", "json:/a/type=y"));
}

TEST(Nodes, APathThatStandsTwiceCountsByItsFirstValue) {
  Unit unit;
  unit.send({{"a", "1"}, {"a", "2"}});
  unit.send({{"a", "2"}});
  EXPECT_THAT(unit.members("a=1"), ElementsAre(0));
  EXPECT_THAT(unit.members("a=2"), ElementsAre(1));
}

TEST(Nodes, ThereIsALimit) {
  Unit unit;
  std::vector<std::pair<std::string, std::string>> even, odd;
  for (int i = 0; i < 400; ++i) {
    even.emplace_back("p" + std::to_string(i), std::to_string(i % 7));
    odd.emplace_back("p" + std::to_string(i), std::to_string(i % 5));
  }
  unit.send(even);
  unit.send(odd);
  for (int i = 0; i < 400; ++i) unit.send({{"p" + std::to_string(i), "rare"}});
  EXPECT_EQ(unit.labels().size(), most_nodes);
}

TEST(Nodes, EachUnitBeginsWithItsWhole) {
  Message a, b;
  a.from_dut = b.from_dut = true;
  a.message = "a";
  b.message = "b";
  std::vector<KeptMessage> messages = {b, a, a};
  messages[1].size = 7;
  const Nodes nodes = find_nodes(read_traffic(messages, {}), {});
  ASSERT_EQ(nodes.whole_of.size(), 2u);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(nodes.all[nodes.whole_of[s]].signature, s);
    EXPECT_THAT(nodes.all[nodes.whole_of[s]].label, IsEmpty());
  }
  EXPECT_EQ(nodes.all.size(), 4u);
}

}  // namespace
}  // namespace brewproof
