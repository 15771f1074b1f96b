// The traces of RFC 8448, whose records and secrets are printed there: section 3 (a handshake in
// one round trip, with a ticket) and section 4 (the ticket taken up again, with early data).
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

// The 50 application bytes of each side: 00 01 .. 31.
constexpr std::string_view fifty =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e"
    "2f"
    "3031";

namespace simple {
const Bytes client_hello = hex(
    "16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006"
    "130113031302010000910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100"
    "010101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d"
    "5413691e529aaf2c002b0003020304000d0020001e04030503060302030804080508060401050106010201040205"
    "0206020202002d00020101001c00024001");
const Bytes server_hello = hex(
    "160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928001301"
    "00002e00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00"
    "020304");
const Bytes server_flight = hex(
    "17030302a2d1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40aa2b8ea73f848"
    "a7ca07612ef9f945cb960b4068905123ea78b111b429ba9191cd05d2a389280f526134aadc7fc78c4b729df828b5"
    "ecf7b13bd9aefb0e57f271585b8ea9bb355c7c79020716cfb9b1183ef3ab20e37d57a6b9d7477609aee6e122a4cf"
    "51427325250c7d0e509289444c9b3a648f1d71035d2ed65b0e3cdd0cbae8bf2d0b227812cbb360987255cc744110"
    "c453baa4fcd610928d809810e4b7ed1a8fd991f06aa6248204797e36a6a73b70a2559c09ead686945ba246ab66e5"
    "edd8044b4c6de3fcf2a89441ac66272fd8fb330ef8190579b3684596c960bd596eea520a56a8d650f563aad27409"
    "960dca63d3e688611ea5e22f4415cf9538d51a200c27034272968a264ed6540c84838d89f72c24461aad6d26f59e"
    "caba9acbbb317b66d902f4f292a36ac1b639c637ce343117b659622245317b49eeda0c6258f100d7d961ffb13864"
    "7e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af36879018e3f252107f243d243dc7339d5684c8b0378bf302"
    "44da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7cca71e4599426f7d461e66f99882bd89fc50800be"
    "cca62d6c74116dbd2972fda1fa80f85df881edbe5a37668936b335583b599186dc5c6918a396fa48a181d6b6fa4f"
    "9d62d513afbb992f2b992f67f8afe67f76913fa388cb5630c8ca01e0c65d11c66a1e2ac4c85977b7c7a6999bbf10"
    "dc35ae69f5515614636c0b9b68c19ed2e31c0b3b66763038ebba42f3b38edc0399f3a9f23faa63978c317fc9fa66"
    "a73f60f0504de93b5b845e275592c12335ee340bbc4fddd502784016e4b3be7ef04dda49f4b440a30cb5d2af9398"
    "28fd4ae3794e44f94df5a631ede42c1719bfdabf0253fe5175be898e750edc53370d2b");
const Bytes client_finished = hex(
    "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384"
    "bd1caeacab6867d726c40546");
const Bytes ticket = hex(
    "17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3d11d63c758db"
    "289a015940252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9da773b9ca7f2b9fa1b6c0d4a3"
    "d03f75e09c30ba1e62972ac46f75f7b981be63439b2999ce13064615139891d5e4c5b406f16e3fc181a77ca47584"
    "0025db2f0a77f81b5ab05b94c01346755f69232c86519d86cbeeac87aac347d143f9605d64f650db4d023e70e952"
    "ca49fe5137121c74bc2697687e248746d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f");
const Bytes client_data = hex(
    "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a2044"
    "1e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4");
const Bytes server_data = hex(
    "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a"
    "59a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d");
const Bytes client_close = hex("1703030013c9872760655666b74d7ff1153efd6db6d0b0e3");
const Bytes server_close = hex("1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9");

constexpr std::string_view key_log =
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET "
    "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 "
    "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21\n"
    "SERVER_HANDSHAKE_TRAFFIC_SECRET "
    "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 "
    "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38\n"
    "CLIENT_TRAFFIC_SECRET_0 "
    "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 "
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5\n"
    "SERVER_TRAFFIC_SECRET_0 "
    "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 "
    "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643\n";
}  // namespace simple

namespace resumed {
const Bytes client_hello = hex(
    "1603010200010001fc03031bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95000006"
    "130113031302010001cd0000000b0009000006736572766572ff01000100000a00140012001d0017001800190100"
    "0101010201030104003300260024001d0020e4ffb68ac05f8d96c99da26698346c6be16482badddafe051a66b4f1"
    "8d668f0b002a0000002b0003020304000d0020001e04030503060302030804080508060401050106010201040205"
    "0206020202002d00020101001c000240010015005700000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000002900dd00b800b22c035d829359ee5ff7af4ec900000000262a6494dc48"
    "6d2c8a34cb33fa90bf1b0070ad3c498883c9367c09a2be785abc55cd226097a3a982117283f82a03a143efd3ff5d"
    "d36d64e861be7fd61d2827db279cce145077d454a3664d4e6da4d29ee03725a6a4dafcd0fc67d2aea70529513e3d"
    "a2677fa5906c5b3f7d8f92f228bda40dda721470f9fbf297b5aea617646fac5c03272e970727c621a79141ef5f7d"
    "e6505e5bfbc388e93343694093934ae4d357fad6aacb0021203add4fb2d8fdf822a0ca3cf7678ef5e88dae990141"
    "c5924d57bb6fa31b9e5f9d");
const Bytes early_data = hex("1703030017ab1df420e75c457a7cc5d2844f76d5aee4b4edbf049be0");
const Bytes server_hello = hex(
    "16030300600200005c03033ccfd2dec890222763472ae8136777c9d7358777bb66e91ea5122495f559ea2d001301"
    "00003400290002000000330024001d0020121761ee42c333e1b9e77b60dd57c2053cd94512ab47f115e86eff5094"
    "2cea31002b00020304");
const Bytes server_flight = hex(
    "1703030061dc48237b4b879f50d0d4d262ea8b4716eb40ddc1eb957e11126e8a7149c2d012d37a7115957e64ce30"
    "008b9e0323f2c05a9c1c77b4f37849a695ab255060a33fee770ca95cb8486bfd0843b87024865ca35cc41c4e515c"
    "64dcb1369f98635bc7a5");
const Bytes client_flight = hex(
    "1703030015aca6fc944841298df99593725f9bf9754429b12f09170303003500f8b467d14cf22a4b3f0b6ae0d8e6"
    "cc8d08e0db3515ef5c2bdf1922eafbb70009964716d834fb70c3d2a56c5b1f5f6bdba6c333cf");
const Bytes client_data = hex(
    "1703030043b1cebce242aa201be9ae5e1cb2a9aa4b33d4e866af1edb068919237741aa031d7a74d491c99b9d4e23"
    "2b74206bc6fbaa04fe78be44a9b4f54320a17eb76992afac3103");
const Bytes server_data = hex(
    "1703030043275e9f20acff57bc000657d3867df039cccf79047884cf75771746f740b5a83f462a0954c3581393a2"
    "03a25a7dd14141ef1a37900cdb62ff62dee1ba39ab2590cbf194");
const Bytes client_close = hex("17030300130facce3246bdfc6369838d6a82ae6de5d422dc");
const Bytes server_close = hex("17030300135b18af444e8e1eec7158fb62d8f2577d37ba5d");

constexpr std::string_view key_log =
    "CLIENT_EARLY_TRAFFIC_SECRET "
    "1bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95 "
    "3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62\n"
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET "
    "1bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95 "
    "2faac08f851d35fea3604fcb4de82dc62c9b164a70974d0462e27f1ab278700f\n"
    "SERVER_HANDSHAKE_TRAFFIC_SECRET "
    "1bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95 "
    "fe927ae271312e8bf0275b581c54eef020450dc4ecffaa05a1a35d27518e7803\n"
    "CLIENT_TRAFFIC_SECRET_0 "
    "1bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95 "
    "2abbf2b8e381d23dbebe1dd2a7d16a8bf484cb4950d23fb7fb7fa8547062d9a1\n"
    "SERVER_TRAFFIC_SECRET_0 "
    "1bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95 "
    "cc21f1bf8feb7dd5fa505bd9c4b468a9984d554a993dc49e6d285598fb672691\n";
}  // namespace resumed

std::string application(const Decoded& decoded) {
  std::string all;
  for (const Message& m : decoded.messages)
    if (m.tls) all += (m.from_dut ? "> " : "< ") + value(m, "payload") + "\n";
  return all;
}

TEST(Rfc8448, Section3ASimpleHandshake) {
  using namespace simple;
  const Decoded decoded = decode({{true, client_hello},
                                  {false, server_hello + server_flight},
                                  {true, client_finished},
                                  {false, ticket},
                                  {true, client_data},
                                  {false, server_data},
                                  {true, client_close},
                                  {false, server_close}},
                                 key_log);
  EXPECT_EQ(labels(decoded.messages),
            "> client hello\n< server hello\n< encrypted extensions\n< certificate\n"
            "< certificate verify\n< finished\n> finished\n< new session ticket\n"
            "> stream 50..59 B\n> alert close_notify\n< stream 50..59 B\n< alert close_notify\n");
  EXPECT_EQ(application(decoded), "> " + std::string(fifty) + "\n< " + std::string(fifty) + "\n");
  EXPECT_EQ(value(decoded.messages[3], "certificate:0/subject"), "CN=rsa");
  EXPECT_EQ(value(decoded.messages[3], "certificate:0/not_after"), "2026-07-30T01:23:59Z");
  EXPECT_EQ(value(decoded.messages[7], "lifetime"), "30");
  EXPECT_EQ(decoded.up, 201u + 58 + 72 + 24);
  EXPECT_EQ(decoded.down, 95u + 679 + 227 + 72 + 24);
  EXPECT_EQ(why_sealed(decoded.messages), "");
}

TEST(Rfc8448, Section4ResumedWithEarlyData) {
  using namespace resumed;
  const Decoded decoded = decode({{true, client_hello + early_data},
                                  {false, server_hello + server_flight},
                                  {true, client_flight + client_data},
                                  {false, server_data},
                                  {true, client_close},
                                  {false, server_close}},
                                 key_log);
  EXPECT_EQ(labels(decoded.messages),
            "> client hello\n< server hello\n< encrypted extensions\n< finished\n"
            "> end of early data\n> finished\n> stream 50..59 B\n> alert close_notify\n"
            "< stream 50..59 B\n< alert close_notify\n");
  EXPECT_EQ(value(decoded.messages[0], "resumption"), "psk");
  EXPECT_EQ(value(decoded.messages[0], "early_data"), "offered");
  EXPECT_EQ(value(decoded.messages[1], "resumed"), "true");
  EXPECT_EQ(value(decoded.messages[2], "early_data"), "accepted");
  // "ABCDEF" goes before the server's first word, and nothing divides it from what follows.
  EXPECT_EQ(application(decoded),
            "> 414243444546" + std::string(fifty) + "\n< " + std::string(fifty) + "\n");
  EXPECT_EQ(decoded.up, 517u + 28 + 26 + 58 + 72 + 24);
  EXPECT_EQ(decoded.down, 101u + 102 + 72 + 24);
  EXPECT_EQ(why_sealed(decoded.messages), "");
}

}  // namespace
}  // namespace brewproof::wire
