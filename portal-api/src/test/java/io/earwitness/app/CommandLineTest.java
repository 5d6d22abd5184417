package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told who asks for something wrong. */
class CommandLineTest {
  @TempDir private Path folder;

  @Test
  void tlsFilesOfACallAreCheckedFirstAndBelongToTlsOnly() {
    String uri = "sips:recorder@127.0.0.1:5061";
    assertThat(Main.run("call", "--to", uri, "--tls-certificate", "/nowhere/sbc.pem"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("call", "--to", uri, "--transport", "tcp")).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("call", "--to", "sip:x@127.0.0.1", "--tls-trust", "/nowhere/ca.pem"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aPortInUseAndAFolderThatCanNotBeWrittenAreBothNamedBeforeAnythingStarts() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Config config =
          TestServer.config(
              file.resolve("data"),
              Map.of("EARWITNESS_HTTP_PORT", Integer.toString(taken.getLocalPort())));
      List<String> obstacles = Preflight.obstacles(config);
      assertThat(obstacles).hasSize(2);
      assertThat(obstacles.getFirst()).startsWith("data: ").contains("can't be written");
      assertThat(obstacles.getLast())
          .startsWith("http.port: TCP port " + taken.getLocalPort())
          .contains("another process has it");
    }
  }

  @Test
  void wrongUsageEndsWithTwo() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "sip:\n  port: many\n");
    assertThat(Main.run()).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("nonsense")).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("serve", "--config", broken.toString(), "--check-config"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("serve", "--role", "conductor")).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("call")).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("demo", "--s3", "http://127.0.0.1:1/bucket")).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("call", "--to", "sip:x@127.0.0.1", "--srtp", "ROT13"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("call", "--to", "sip:x@127.0.0.1", "--codec", "mp3"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("verify", "recording", "nonsense")).isEqualTo(ExitCode.USAGE);
    assertThat(Main.run("decrypt", "--key", "none.pem", "none.cms", "-o", "out"))
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void whatIsNoSuiteIsToldTogetherWithAllThatCanBeMeant() {
    StringWriter err = new StringWriter();
    assertThat(
            Main.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("call", "--to", "sip:x@127.0.0.1", "--srtp", "nonsense"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("'nonsense' is none of AES_CM_128_HMAC_SHA1_80, ", "AEAD_AES_256_GCM, all, dtls");
  }

  @Test
  void aCallThatNobodyAnswersEndsWithOne() throws Exception {
    String uri = "sip:recorder@127.0.0.1:" + TestServer.freePort() + ";transport=tcp";
    assertThat(Main.run("call", "--to", uri)).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void helpOfEveryCommandEndsWithZero() {
    for (String command :
        List.of(
            "demo",
            "serve",
            "call",
            "admin",
            "decrypt",
            "find",
            "verify",
            "verify-delivery",
            "rebuild")) {
      assertThat(Main.run(command, "--help")).isEqualTo(ExitCode.DONE);
    }
    assertThat(Main.run("--version")).isEqualTo(ExitCode.DONE);
  }
}
