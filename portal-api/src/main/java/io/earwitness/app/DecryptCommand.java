package io.earwitness.app;

import io.earwitness.archive.Decryptor;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.VerifiedManifest;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.PrivateKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Opens an encrypted object with a private key that the platform need not have. */
@Command(
    name = "decrypt",
    description =
        "Decrypts media.cms (or another object) with a private key, without the platform.",
    mixinStandardHelpOptions = true)
final class DecryptCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--key", required = true, paramLabel = "PEM", description = "The private key.")
  private Path key = Path.of("");

  @Option(
      names = "--manifest",
      paramLabel = "P7",
      description = "Compare with this signed manifest first; needs --ca.")
  private @Nullable Path manifest;

  @Option(names = "--ca", paramLabel = "PEM", description = "The platform's CA certificate.")
  private @Nullable Path ca;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the plain file goes; - for standard output.")
  private Path output = Path.of("");

  @Parameters(paramLabel = "media.cms", description = "The encrypted object.")
  private Path envelope = Path.of("");

  @Override
  public Integer call() throws CommandFailure {
    if ((manifest == null) != (ca == null)) {
      throw new CommandFailure(ExitCode.USAGE, "--manifest and --ca go together");
    }
    try {
      PrivateKey privateKey = PrivateKeys.read(key, null);
      VerifiedManifest verified =
          manifest == null || ca == null
              ? null
              : new ManifestVerifier(Certificates.read(ca)).verify(Files.readAllBytes(manifest));
      if (output.toString().equals("-")) {
        Decryptor.decrypt(envelope, privateKey, verified, System.out);
        System.out.flush();
      } else {
        long bytes = Decryptor.decrypt(envelope, privateKey, verified, output);
        spec.commandLine().getErr().println("earwitness: " + bytes + " bytes in " + output);
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, message(e));
    }
  }

  private static String message(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? e.getMessage() + ": no such file"
        : String.valueOf(e.getMessage());
  }
}
