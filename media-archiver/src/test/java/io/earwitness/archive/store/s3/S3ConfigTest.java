package io.earwitness.archive.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3ConfigTest {
  @Test
  void anAddressNamesEndpointAndBucket() {
    S3Config config = S3Config.parse("https://s3.example:9000/calls", "eu-1", "id", "secret");
    assertThat(config)
        .isEqualTo(
            new S3Config(URI.create("https://s3.example:9000"), "eu-1", "calls", "id", "secret"));
    assertThat(config.workBucket()).isEqualTo("calls-work");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket",
        "http://host:9000",
        "http://host:9000/",
        "http://host/a/b",
        "host:9000/b",
        "http:///bucket",
        "http://user:pw@host/bucket",
        "http://host/UPPER",
        "http://host/ab",
        "http://host/bucket?x=1",
        "http://host/with space",
        ""
      })
  void anotherAddressIsRefused(String address) {
    assertThatThrownBy(() -> S3Config.parse(address, "eu-1", "id", "secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("S3");
  }

  @Test
  void missingCredentialsAndRegionAreNamed() {
    assertThatThrownBy(() -> S3Config.parse("http://host/bucket", "eu-1", "", "secret"))
        .hasMessageContaining("S3_ACCESS_KEY");
    assertThatThrownBy(() -> S3Config.parse("http://host/bucket", " ", "id", "secret"))
        .hasMessageContaining("S3_REGION");
  }

  @Test
  void theSecretKeyIsNotShown() {
    assertThat(S3Config.parse("http://host/bucket", "eu-1", "id", "hush"))
        .asString()
        .contains("bucket", "id")
        .doesNotContain("hush");
  }
}
