#include "rig/reading/proto_files.h"

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace brewproof {
namespace {

namespace pb = google::protobuf;
namespace fs = std::filesystem;

/// Keeps the first error, which the others follow from.
class FirstError final : public pb::compiler::MultiFileErrorCollector {
 public:
  explicit FirstError(std::string folder) : folder_(std::move(folder)) {}

  // Lines and columns count from 0; -1: the file as a whole.
  void AddError(const std::string& file, int line, int column, const std::string& what) override {
    if (!error_.empty()) return;
    const std::string path = (fs::path(folder_) / file).lexically_normal();
    error_ = fmt::format("{}:{}:{}: {}", path, line + 1, column + 1, what);
    if (line < 0) error_ = fmt::format("{}: {}", path, what);
  }
  [[nodiscard]] const std::string& text() const { return error_; }

 private:
  std::string folder_, error_;
};

std::optional<ProtoField::Kind> kind_of(pb::FieldDescriptor::Type type) {
  using Kind = ProtoField::Kind;
  using Type = pb::FieldDescriptor;
  switch (type) {
    case Type::TYPE_INT32:
      return Kind::int32;
    case Type::TYPE_INT64:
      return Kind::int64;
    case Type::TYPE_UINT32:
      return Kind::uint32;
    case Type::TYPE_UINT64:
      return Kind::uint64;
    case Type::TYPE_SINT32:
      return Kind::sint32;
    case Type::TYPE_SINT64:
      return Kind::sint64;
    case Type::TYPE_BOOL:
      return Kind::boolean;
    case Type::TYPE_ENUM:
      return Kind::enumeration;
    case Type::TYPE_FIXED32:
      return Kind::fixed32;
    case Type::TYPE_FIXED64:
      return Kind::fixed64;
    case Type::TYPE_SFIXED32:
      return Kind::sfixed32;
    case Type::TYPE_SFIXED64:
      return Kind::sfixed64;
    case Type::TYPE_FLOAT:
      return Kind::real32;
    case Type::TYPE_DOUBLE:
      return Kind::real64;
    case Type::TYPE_STRING:
      return Kind::text;
    case Type::TYPE_BYTES:
      return Kind::bytes;
    case Type::TYPE_MESSAGE:
      return Kind::message;
    case Type::TYPE_GROUP:  // nobody writes them any more: what has one fits no type
      return std::nullopt;
  }
  return std::nullopt;
}

/// Takes in types, and those that their fields have.
class Builder {
 public:
  std::size_t message(const pb::Descriptor& type) {
    const auto [known, added] = messages_.try_emplace(&type, schema_.messages.size());
    if (!added) return known->second;
    const std::size_t number = known->second;
    schema_.messages.emplace_back();
    ProtoMessage made{type.full_name(), {}};
    for (int i = 0; i < type.field_count(); ++i) {
      const pb::FieldDescriptor& field = *type.field(i);
      const auto kind = kind_of(field.type());
      if (!kind) continue;
      ProtoField& added_field = made.fields.emplace_back();
      added_field.number = static_cast<std::uint32_t>(field.number());
      added_field.name = field.name();
      added_field.kind = *kind;
      added_field.repeated = field.is_repeated();
      added_field.required = field.is_required();
      if (*kind == ProtoField::Kind::message) added_field.type = message(*field.message_type());
      if (*kind == ProtoField::Kind::enumeration)
        added_field.type = enumeration(*field.enum_type());
    }
    std::ranges::sort(made.fields, {}, &ProtoField::number);
    schema_.messages[number] = std::move(made);
    return number;
  }

  void use(const pb::Descriptor& type, std::string where) {
    schema_.uses.push_back({message(type), std::move(where)});
  }

  /// The descriptors end with their pool, and others may come to stand where they stood.
  void end_of_file() {
    messages_.clear();
    enumerations_.clear();
  }
  ProtoSchema take() { return std::move(schema_); }

 private:
  std::size_t enumeration(const pb::EnumDescriptor& type) {
    const auto [known, added] = enumerations_.try_emplace(&type, schema_.enumerations.size());
    if (!added) return known->second;
    ProtoSchema::Enumeration values;
    for (int i = 0; i < type.value_count(); ++i)
      values.try_emplace(type.value(i)->number(), type.value(i)->name());
    schema_.enumerations.push_back(std::move(values));
    return known->second;
  }

  ProtoSchema schema_;
  std::map<const pb::Descriptor*, std::size_t> messages_;
  std::map<const pb::EnumDescriptor*, std::size_t> enumerations_;
};

void use_all(Builder& builder, const pb::FileDescriptor& file, const std::string& where) {
  // gRPC names the method in the path ("PROTOCOL-HTTP2.md", Requests).
  for (int i = 0; where.empty() && i < file.service_count(); ++i)
    for (int m = 0; m < file.service(i)->method_count(); ++m) {
      const pb::MethodDescriptor& method = *file.service(i)->method(m);
      builder.use(*method.input_type(), "/" + file.service(i)->full_name() + "/" + method.name());
    }
  for (int i = 0; i < file.message_type_count(); ++i) builder.use(*file.message_type(i), where);
}

const pb::Descriptor* find(const pb::FileDescriptor& file, const std::string& name,
                           std::string& names) {
  for (int i = 0; i < file.message_type_count(); ++i) {
    const pb::Descriptor* type = file.message_type(i);
    if (type->full_name() == name || type->name() == name) return type;
    names += (names.empty() ? "" : ", ") + type->full_name();
  }
  // One that stands in another.
  const pb::Descriptor* inner = file.pool()->FindMessageTypeByName(name);
  return inner != nullptr && inner->file() == &file ? inner : nullptr;
}

Result<void> add(Builder& builder, const pb::FileDescriptor& file, const ProtoWish& wish) {
  if (wish.message.empty()) {
    if (file.message_type_count() == 0)
      return fail(ErrorCode::bad_file, "{}: has no message", wish.file);
    use_all(builder, file, wish.where);
    return {};
  }
  std::string names;
  const pb::Descriptor* type = find(file, wish.message, names);
  if (type == nullptr)
    return fail(ErrorCode::bad_file, "{}: has no message {}; it has {}", wish.file, wish.message,
                names.empty() ? "none" : names);
  builder.use(*type, wish.where);
  return {};
}

Result<void> read_file(Builder& builder, const ProtoWish& wish) {
  const fs::path path(wish.file);
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  std::error_code error;
  if (!fs::is_regular_file(path, error))
    return fail(ErrorCode::bad_file, "{}: cannot be read as a .proto file: {}", wish.file,
                error ? error.message() : "it is no file");
  FirstError first(folder);
  pb::compiler::DiskSourceTree tree;
  tree.MapPath("", folder);
  pb::DescriptorPoolDatabase known(*pb::DescriptorPool::generated_pool());
  pb::compiler::SourceTreeDescriptorDatabase files(&tree, &known);
  files.RecordErrorsTo(&first);
  pb::DescriptorPool pool(&files, files.GetValidationErrorCollector());
  const pb::FileDescriptor* file = pool.FindFileByName(path.filename());
  if (file == nullptr || !first.text().empty())
    return fail(ErrorCode::bad_file, "{}",
                first.text().empty() ? wish.file + ": is no .proto file" : first.text());
  auto added = add(builder, *file, wish);
  builder.end_of_file();
  return added;
}

}  // namespace

Result<ProtoSchema> read_protos(std::span<const ProtoWish> wishes) {
  Builder builder;
  for (const ProtoWish& wish : wishes)
    if (auto read = read_file(builder, wish); !read) return pass_on(std::move(read));
  return builder.take();
}

}  // namespace brewproof
