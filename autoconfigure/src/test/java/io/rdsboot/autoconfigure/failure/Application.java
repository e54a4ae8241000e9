package io.rdsboot.autoconfigure.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupFailures;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * An application on a local cluster, and what its user reads when it does not start.
 */
class Application {

	private final ApplicationContextRunner runner;

	private Application(ApplicationContextRunner runner) {
		this.runner = runner;
	}

	/**
	 * An application at the writer's TLS address that trusts the cluster's authority and
	 * has its AWS credentials, with no login yet.
	 */
	static Application at(LocalRdsCluster cluster, Path directory) {
		LocalRdsAddress writer = cluster.writerAddress();
		return new Application(new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + writer.host() + ":" + writer.port(),
					"rds.database=" + cluster.database(),
					"rds.tls.certificate-authorities=" + authority(cluster, directory).toUri()))
			.with("rds.tls.mode=verify-full");
	}

	/**
	 * An application at a host where nothing need be.
	 */
	static Application at(String host, String... properties) {
		return new Application(new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=" + host, "rds.database=app")
			.withPropertyValues(properties));
	}

	private static Path authority(LocalRdsCluster cluster, Path directory) {
		try {
			return Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Application with(String... properties) {
		return new Application(this.runner.withPropertyValues(properties));
	}

	/**
	 * Adds the cluster's AWS endpoint, region and credentials.
	 */
	Application withAws(LocalRdsCluster cluster) {
		AwsCredentialsProvider credentials = StaticCredentialsProvider
			.create(AwsBasicCredentials.create(cluster.aws().accessKeyId(), cluster.aws().secretAccessKey()));
		return new Application(this.runner.withBean(AwsCredentialsProvider.class, () -> credentials)
			.withPropertyValues("rds.aws.endpoint=" + cluster.aws().endpoint(),
					"rds.aws.region=" + cluster.aws().region()));
	}

	/**
	 * Adds the application's own AWS credentials.
	 */
	Application withAwsCredentials(AwsCredentialsProvider credentials) {
		return new Application(this.runner.withBean(AwsCredentialsProvider.class, () -> credentials));
	}

	/**
	 * Hides a library.
	 * @param packageName the library's package
	 */
	Application without(String packageName) {
		return new Application(this.runner.withClassLoader(new FilteredClassLoader(packageName)));
	}

	/**
	 * Keeps the AWS SDK's default chain from all that this machine may have.
	 */
	Application withoutAwsCredentials(String... systemProperties) {
		return new Application(this.runner
			.withSystemProperties("aws.configFile=/nowhere", "aws.sharedCredentialsFile=/nowhere",
					"aws.disableEc2Metadata=true")
			.withSystemProperties(systemProperties)
			.withPropertyValues("rds.aws.region=us-east-1"));
	}

	ApplicationContextRunner runner() {
		return this.runner;
	}

	/**
	 * Return the failure of the start.
	 */
	Throwable failure() {
		return Objects.requireNonNull(StartupFailures.analysis(this.runner).getCause());
	}

	/**
	 * Return what the user reads, with {@code 5432} for ports of this machine.
	 */
	String read() {
		FailureAnalysis analysis = StartupFailures.analysis(this.runner);
		return withoutPorts(analysis.getDescription() + "\n\nAction:\n\n" + analysis.getAction() + "\n");
	}

	/**
	 * Return a text with {@code 5432} for ports of this machine.
	 */
	static String withoutPorts(String text) {
		return text.replaceAll("localhost:\\d+", "localhost:5432").replaceAll("localhost \\d+", "localhost 5432");
	}

}
