package io.earwitness.json;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON as all of Earwitness writes it: UTF-8, instants in ISO 8601, durations in ISO 8601, enums by
 * their {@linkplain WireName wire name}, ids as plain strings, absent values left out, unknown
 * members ignored on reading. Thread-safe.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .addModule(names())
          .addMixIn(RecorderSnapshot.Src.class, SrcNetworks.class)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  /** Snapshots that are older than SRC profiles have one network, under its own name. */
  private interface SrcNetworks {
    @JsonAlias("network")
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    List<String> networks();
  }

  private Json() {}

  /** The mapper itself, for libraries that want one. Not to be reconfigured. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** Writes a value on one line. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a value on one line. */
  public static String text(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /**
   * Reads a value.
   *
   * @throws IOException if the bytes are no JSON of that type, saying where
   */
  public static <T> T read(byte[] json, Class<T> type) throws IOException {
    return MAPPER.readValue(json, type);
  }

  private static SimpleModule names() {
    SimpleModule module =
        new SimpleModule("earwitness") {
          @Override
          public void setupModule(SetupContext context) {
            super.setupModule(context);
            context.addDeserializers(new WireNames());
          }
        };
    module.addSerializer(WireName.class, writer(WireName::wireName));
    text(module, TenantSlug.class, TenantSlug::value, TenantSlug::new);
    text(module, RecordingId.class, RecordingId::toString, RecordingId::parse);
    text(module, RetentionClass.class, RetentionClass::toString, RetentionClass::parse);
    text(module, Side.class, Side::wireName, Side::parse);
    return module;
  }

  private static <T> void text(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(type, writer(write));
    module.addDeserializer(type, reader(read));
  }

  private static <T> JsonSerializer<T> writer(Function<T, String> write) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator out, SerializerProvider serializers)
          throws IOException {
        out.writeString(write.apply(value));
      }
    };
  }

  private static <T> JsonDeserializer<T> reader(Function<String, T> read) {
    return new JsonDeserializer<>() {
      @Override
      public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
        String text = in.getValueAsString();
        try {
          return read.apply(text);
        } catch (IllegalArgumentException e) {
          return context.reportInputMismatch(this, "%s", e.getMessage());
        }
      }
    };
  }

  /** Reads every enum that implements {@link WireName}. */
  private static final class WireNames extends Deserializers.Base {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public @Nullable JsonDeserializer<?> findEnumDeserializer(
        Class<?> type, DeserializationConfig config, BeanDescription description) {
      if (!WireName.class.isAssignableFrom(type)) {
        return null;
      }
      Class enumType = type;
      return reader(text -> WireName.parse(enumType, text));
    }

    @Override
    public boolean hasDeserializerFor(DeserializationConfig config, Class<?> valueType) {
      return valueType.isEnum() && WireName.class.isAssignableFrom(valueType);
    }
  }
}
