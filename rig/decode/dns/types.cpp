#include "rig/decode/dns/types.h"

#include <algorithm>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

struct Named {
  std::uint16_t number;
  std::string_view name;
};

constexpr Named types[] = {
    {1, "A"},         {2, "NS"},          {3, "MD"},          {4, "MF"},      {5, "CNAME"},
    {6, "SOA"},       {7, "MB"},          {8, "MG"},          {9, "MR"},      {10, "NULL"},
    {11, "WKS"},      {12, "PTR"},        {13, "HINFO"},      {14, "MINFO"},  {15, "MX"},
    {16, "TXT"},      {17, "RP"},         {18, "AFSDB"},      {19, "X25"},    {20, "ISDN"},
    {21, "RT"},       {22, "NSAP"},       {23, "NSAP-PTR"},   {24, "SIG"},    {25, "KEY"},
    {26, "PX"},       {27, "GPOS"},       {28, "AAAA"},       {29, "LOC"},    {30, "NXT"},
    {33, "SRV"},      {35, "NAPTR"},      {36, "KX"},         {37, "CERT"},   {38, "A6"},
    {39, "DNAME"},    {41, "OPT"},        {42, "APL"},        {43, "DS"},     {44, "SSHFP"},
    {45, "IPSECKEY"}, {46, "RRSIG"},      {47, "NSEC"},       {48, "DNSKEY"}, {49, "DHCID"},
    {50, "NSEC3"},    {51, "NSEC3PARAM"}, {52, "TLSA"},       {53, "SMIMEA"}, {55, "HIP"},
    {59, "CDS"},      {60, "CDNSKEY"},    {61, "OPENPGPKEY"}, {62, "CSYNC"},  {63, "ZONEMD"},
    {64, "SVCB"},     {65, "HTTPS"},      {99, "SPF"},        {108, "EUI48"}, {109, "EUI64"},
    {249, "TKEY"},    {250, "TSIG"},      {251, "IXFR"},      {252, "AXFR"},  {253, "MAILB"},
    {254, "MAILA"},   {255, "ANY"},       {256, "URI"},       {257, "CAA"},   {258, "AVC"},
    {259, "DOA"},     {32769, "DLV"}};

constexpr Named classes[] = {{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}};

constexpr Named outcomes[] = {{0, "NOERROR"}, {1, "FORMERR"},   {2, "SERVFAIL"},  {3, "NXDOMAIN"},
                              {4, "NOTIMP"},  {5, "REFUSED"},   {6, "YXDOMAIN"},  {7, "YXRRSET"},
                              {8, "NXRRSET"}, {9, "NOTAUTH"},   {10, "NOTZONE"},  {16, "BADVERS"},
                              {17, "BADKEY"}, {18, "BADTIME"},  {19, "BADMODE"},  {20, "BADNAME"},
                              {21, "BADALG"}, {22, "BADTRUNC"}, {23, "BADCOOKIE"}};

template <std::size_t size>
void append(std::string& text, const Named (&names)[size], unsigned number,
            std::string_view otherwise) {
  const auto* const found =
      std::lower_bound(std::begin(names), std::end(names), number,
                       [](const Named& named, unsigned wanted) { return named.number < wanted; });
  if (found != std::end(names) && found->number == number) {
    text += found->name;
    return;
  }
  text += otherwise;
  append_number(text, number);
}

}  // namespace

void append_dns_type(std::string& text, std::uint16_t type) { append(text, types, type, "TYPE"); }

void append_dns_class(std::string& text, std::uint16_t number) {
  append(text, classes, number, "CLASS");
}

void append_dns_operation(std::string& text, unsigned number) {
  constexpr std::string_view operations[] = {"query",  "inverse query", "status",  "",
                                             "notify", "update",        "stateful"};
  if (number < std::size(operations) && !operations[number].empty()) {
    text += operations[number];
    return;
  }
  text += "operation ";
  append_number(text, number);
}

void append_dns_outcome(std::string& text, unsigned number) {
  append(text, outcomes, number, "RCODE");
}

}  // namespace brewproof::decode
