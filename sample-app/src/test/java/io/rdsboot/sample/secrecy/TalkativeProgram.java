package io.rdsboot.sample.secrecy;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.rdsboot.test.LocalRdsCluster;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;

/**
 * Runs a {@link TalkativeSample} in a JVM of its own, because its logging is that of the
 * whole JVM. Takes how it logs in, and a directory for the secrets that it has had.
 * <p>
 * It is an application's source and has no main method, because the sample has one
 * already, and the build runs the only one that it finds.
 */
final class TalkativeProgram implements ApplicationRunner {

	/**
	 * Returns the part of a command line that runs the program.
	 */
	static List<String> command(LoginKind kind, Path directory) {
		return List.of(SpringApplication.class.getName(), "--spring.main.sources=" + TalkativeProgram.class.getName(),
				"--spring.main.web-application-type=none", kind.name(), directory.toString());
	}

	@Override
	public void run(ApplicationArguments arguments) throws Exception {
		LoginKind kind = LoginKind.valueOf(arguments.getNonOptionArgs().get(0));
		Path directory = Path.of(arguments.getNonOptionArgs().get(1));
		KnownSecrets secrets = new KnownSecrets();
		try (LocalRdsCluster cluster = kind.start();
				PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8)) {
			Path authority = Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
			new TalkativeSample(kind, cluster, authority, secrets, output).run();
			output.println("The talkative sample has ended");
		}
		secrets.write(directory.resolve("secrets"));
	}

}
