#include "rig/reading/proto_wish.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(ProtoWish, NamesAFileAndPerhapsAMessageAndAPlace) {
  for (const auto& [text, wish] : {
           std::pair("a.proto", ProtoWish{"a.proto", "", ""}),
           std::pair("x/a.proto:shop.Sale", ProtoWish{"x/a.proto", "shop.Sale", ""}),
           std::pair("a.proto@/v1/order", ProtoWish{"a.proto", "", "/v1/order"}),
           std::pair("a.proto:Sale@kiosk/a:b@c", ProtoWish{"a.proto", "Sale", "kiosk/a:b@c"}),
           std::pair("10:00/a.proto:Sale", ProtoWish{"10:00/a.proto", "Sale", ""}),
           std::pair("10:00/a.proto", ProtoWish{"10:00/a.proto", "", ""}),
       }) {
    EXPECT_EQ(parse_wish(text), wish) << text;
    EXPECT_EQ(wish_text(wish), text);
  }
}

}  // namespace
}  // namespace brewproof
