// What a decoder that a stranger took over might tell: the first byte names the kind of value. What
// is understood must come back the same from what is written of it.
#include "rig/reading/telling.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {
namespace {

template <class T>
void again(const T& value, const FormReader& from, T (*read)(FormReader&)) {
  if (!from.ok()) return;
  FormWriter first, second;
  write(value, first);
  const Bytes form = exact(first.view());
  FormReader reader(form);
  write(read(reader), second);
  if (!reader.ok() || reader.remaining() != 0) wrong("what was written is not understood");
  if (exact(second.view()) != form) wrong("what was written comes back as something else");
}

}  // namespace

void telling(ByteView bytes) {
  if (bytes.empty()) return;
  const Bytes form = exact(bytes.subspan(1));
  FormReader from(form);
  switch (bytes[0] % 5) {
    case 0:
      return again(read_message(from), from, read_message);
    case 1:
      return again(read_file(from), from, read_file);
    case 2:
      return again(read_totals(from), from, read_totals);
    case 3:
      return again(read_order(from), from, read_order);
    default:
      return again(read_error(from), from, read_error);
  }
}

}  // namespace brewproof::fuzz
