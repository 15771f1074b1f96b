#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

Message igmp(std::string_view body) { return decode_one(ipv4(true, 2, hex(body))); }

TEST(Igmp, AReportOfVersion2NamesItsGroup) {
  const Message m = igmp("16 00 0904 e00000fb");
  EXPECT_EQ(m.protocol, "igmp");
  EXPECT_EQ(m.message, "membership report");
  EXPECT_EQ(value(m, "group"), "224.0.0.251");
}

TEST(Igmp, AReportOfVersion3HasRecords) {
  const Message m =
      igmp("22 00 0000 0000 0002 04000000 effffffa 03010001 e00000fb 0a4d0001 00000000");
  EXPECT_EQ(m.message, "membership report");
  EXPECT_EQ(value(m, "record"), "4 & 3");
  EXPECT_EQ(value(m, "group"), "239.255.255.250 & 224.0.0.251");
  EXPECT_EQ(value(m, "source"), "10.77.0.1");
  EXPECT_FALSE(m.malformed);
}

TEST(Igmp, AQueryTellsHowLongToWait) {
  const Message m = igmp("11 64 0000 00000000 02 7d 0001 0a4d0001");
  EXPECT_EQ(m.message, "membership query");
  EXPECT_EQ(value(m, "max_response_code"), "100");
  EXPECT_EQ(value(m, "robustness"), "2");
  EXPECT_EQ(value(m, "interval"), "125");
  EXPECT_EQ(value(m, "source"), "10.77.0.1");
}

TEST(Igmp, LeavingIsToldAndOtherTypesHaveTheirNumber) {
  EXPECT_EQ(igmp("17 00 0000 e00000fb").message, "leave group");
  EXPECT_EQ(igmp("13 00 0000 00000000 0102").message, "type 19");
}

TEST(Igmp, RecordsThatRunOutAreMalformed) {
  const Bytes whole = hex("22 00 0000 0000 0001 04000001 e00000fb 0a4d0001");
  for (std::size_t keep = 0; keep < whole.size(); ++keep) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(keep));
    EXPECT_TRUE(decode_one(ipv4(true, 2, cut)).malformed) << keep;
  }
}

}  // namespace
}  // namespace brewproof::wire
