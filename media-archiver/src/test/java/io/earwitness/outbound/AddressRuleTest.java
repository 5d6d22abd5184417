package io.earwitness.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "fd00:ec2::254"
      })
  void what_only_this_machine_can_reach_is_refused(String address) throws Exception {
    assertThat(AddressRule.NOT_LOCAL.allows(InetAddress.getByName(address))).isFalse();
    assertThat(AddressRule.ANY.allows(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "10.0.0.1",
        "192.168.1.1",
        "2001:db8::1",
        "fd12:3456::1",
        "64:ff9b::c000:201",
        "2002:c000:201::1"
      })
  void others_are_allowed_private_networks_too(String address) throws Exception {
    assertThat(AddressRule.NOT_LOCAL.allows(InetAddress.getByName(address))).isTrue();
  }
}
