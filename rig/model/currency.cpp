// ISO 4217 active codes (list one, 2024) by the decimals of their minor unit.
#include "rig/model/currency.h"

namespace brewproof {
namespace {

constexpr std::string_view no_decimals =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr std::string_view three_decimals = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view two_decimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWL ";

bool holds(std::string_view list, std::string_view code) {
  for (std::size_t at = 0; at + 4 <= list.size(); at += 4)
    if (list.substr(at, 3) == code) return true;
  return false;
}

}  // namespace

std::optional<int> decimals_of(std::string_view currency) {
  if (holds(two_decimals, currency)) return 2;
  if (holds(no_decimals, currency)) return 0;
  if (holds(three_decimals, currency)) return 3;
  return std::nullopt;
}

}  // namespace brewproof
