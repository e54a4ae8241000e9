package io.rdsboot.sample.secrecy;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.rdsboot.sample.SampleApplication;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.test.RotationStep;
import io.rdsboot.test.ServerCertificate;
import org.awaitility.Awaitility;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Runs the service at level TRACE, prints all that can be seen of it, and lets it fail in
 * all the ways that there are.
 */
final class TalkativeSample {

	private static final String SESSION_TOKEN = "SessionTokenOfTheTalkativeSample/0123456789abcdef+ABCDEF==";

	private static final String TOKEN_KEY = "KeyOfTheTalkativeSamplesConsistencyTokens";

	private final LoginKind kind;

	private final LocalRdsCluster cluster;

	private final Path authority;

	private final KnownSecrets secrets;

	private final PrintStream output;

	TalkativeSample(LoginKind kind, LocalRdsCluster cluster, Path authority, KnownSecrets secrets, PrintStream output) {
		this.kind = kind;
		this.cluster = cluster;
		this.authority = authority;
		this.secrets = secrets;
		this.output = output;
	}

	void run() throws Exception {
		useAwsCredentials();
		this.secrets.add(TOKEN_KEY);
		if (this.kind == LoginKind.PASSWORD) {
			this.secrets.add(this.cluster.password());
		}
		if (this.kind == LoginKind.SECRETS_MANAGER) {
			this.secrets.add(this.cluster.secret().password());
		}
		try (ConfigurableApplicationContext context = start(WebApplicationType.SERVLET, List.of())) {
			read(context);
			new Inspection(context, this.output).printAll();
			switch (this.kind) {
				case PASSWORD -> refuseCertificate(context);
				case IAM -> refuseTokens(context);
				case SECRETS_MANAGER -> rotate(context);
			}
			new Inspection(context, this.output).printAll();
		}
		failInAllWays();
	}

	/**
	 * Gives the AWS SDK's default chain the cluster's credentials, and keeps it from all
	 * that this machine may have.
	 */
	private void useAwsCredentials() {
		System.setProperty("aws.configFile", "/nowhere");
		System.setProperty("aws.sharedCredentialsFile", "/nowhere");
		System.setProperty("aws.disableEc2Metadata", "true");
		if (this.cluster.hasAws()) {
			System.setProperty("aws.accessKeyId", this.cluster.aws().accessKeyId());
			System.setProperty("aws.secretAccessKey", this.cluster.aws().secretAccessKey());
			this.secrets.add(this.cluster.aws().secretAccessKey());
		}
	}

	private ConfigurableApplicationContext start(WebApplicationType type, List<String> more) {
		Map<String, String> options = new LinkedHashMap<>();
		Stream.concat(arguments().stream(), more.stream())
			.forEach((argument) -> options.put(argument.substring(0, argument.indexOf('=')), argument));
		SpringApplication application = new SpringApplicationBuilder(SampleApplication.class).web(type).build();
		application.addInitializers(
				(context) -> context.getBeanFactory().addBeanPostProcessor(new RecordingCredentials(this.secrets)));
		return application.run(options.values().toArray(String[]::new));
	}

	private List<String> arguments() {
		String readers = this.cluster.readers().stream().map(this::address).reduce("", (all, each) -> all + each + ",");
		List<String> arguments = new ArrayList<>(List.of("--server.port=0",
				"--rds.writer=localhost:" + this.cluster.writerAddress().port(),
				"--rds.readers=" + readers.substring(0, readers.length() - 1),
				"--rds.database=" + this.cluster.database(), "--rds.credentials.type=" + this.kind.type(),
				"--rds.tls.mode=verify-full", "--rds.tls.certificate-authorities=" + this.authority.toUri(),
				"--rds.routing.token.key=" + TOKEN_KEY, "--rds.pool.register-mbeans=true",
				"--rds.pool.writer.connection-timeout=8s", "--logging.level.root=TRACE",
				"--management.endpoints.web.exposure.include=*", "--management.endpoints.web.exposure.exclude=heapdump",
				"--management.endpoint.env.show-values=always", "--management.endpoint.configprops.show-values=always",
				"--management.endpoint.health.show-details=always"));
		switch (this.kind) {
			case PASSWORD -> {
				arguments.add("--rds.credentials.username=" + this.cluster.username());
				arguments.add("--rds.credentials.password=" + this.cluster.password());
			}
			case IAM -> arguments.add("--rds.credentials.username=" + this.cluster.username());
			case SECRETS_MANAGER ->
				arguments.add("--rds.credentials.secrets-manager.secret-id=" + this.cluster.secret().id());
		}
		if (this.cluster.hasAws()) {
			arguments.add("--rds.aws.region=" + this.cluster.aws().region());
			arguments.add("--rds.aws.endpoint=" + this.cluster.aws().endpoint());
		}
		return arguments;
	}

	private String address(LocalRdsInstance instance) {
		return "localhost:" + this.cluster.address(instance).port();
	}

	private void read(ConfigurableApplicationContext context) {
		this.output.println("now " + context.getBean(JdbcTemplate.class).queryForObject("SELECT now()", String.class));
	}

	private void readAnew(ConfigurableApplicationContext context) throws Exception {
		Inspection.evictConnections();
		read(context);
	}

	/**
	 * Reads as soon as the pool, which pauses for up to five seconds between attempts
	 * that fail, has tried once more.
	 */
	private void readOnceAccepted(ConfigurableApplicationContext context) throws Exception {
		Inspection.evictConnections();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInSameThread()
			.ignoreExceptionsInstanceOf(TransientDataAccessException.class)
			.untilAsserted(() -> read(context));
	}

	private void readAnewInVain(ConfigurableApplicationContext context) throws Exception {
		Inspection.evictConnections();
		try {
			read(context);
			throw new IllegalStateException("The connection should have been refused");
		}
		catch (RuntimeException ex) {
			ex.printStackTrace(this.output);
		}
	}

	private void refuseCertificate(ConfigurableApplicationContext context) throws Exception {
		this.cluster.writerAddress().present(ServerCertificate.UNKNOWN_AUTHORITY);
		readAnewInVain(context);
		this.cluster.writerAddress().restore();
		readOnceAccepted(context);
	}

	private void refuseTokens(ConfigurableApplicationContext context) throws Exception {
		this.cluster.aws().denyConnect(this.cluster.username());
		readAnewInVain(context);
		this.cluster.aws().allowConnect(this.cluster.username());
		this.cluster.clock().advance(Duration.ofMinutes(16));
		readOnceAccepted(context);
	}

	private void rotate(ConfigurableApplicationContext context) throws Exception {
		for (RotationStep step : RotationStep.values()) {
			rotate(step);
			readAnew(context);
		}
		this.secrets.add(this.cluster.secret().password());
	}

	/**
	 * Does a step of a rotation, which is not the service's doing: the driver's log would
	 * show the statement that changes the password.
	 */
	private void rotate(RotationStep step) {
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		logging.setLogLevel("org.postgresql", LogLevel.INFO);
		this.cluster.secret().rotate(step);
		logging.setLogLevel("org.postgresql", null);
	}

	private void failInAllWays() {
		failToStart("--rds.tls.mode=disable", "--rds.tls.certificate-authorities=");
		failToStart("--rds.tls.certificate-authorities=");
		failToStart("--rds.database=nosuch");
		failToStart("--rds.writer=localhost:" + this.cluster.writer().port());
		failToStart("--rds.writer=localhost:1");
		presenting(ServerCertificate.OTHER_HOST);
		presenting(ServerCertificate.EXPIRED);
		switch (this.kind) {
			case PASSWORD -> failWithPasswords();
			case IAM -> failWithTokens();
			case SECRETS_MANAGER -> failWithSecrets();
		}
		if (this.cluster.hasAws()) {
			System.setProperty("aws.sessionToken", SESSION_TOKEN);
			this.secrets.add(SESSION_TOKEN);
			failToStart();
			System.clearProperty("aws.sessionToken");
			System.clearProperty("aws.secretAccessKey");
			failToStart();
		}
	}

	private void failWithPasswords() {
		this.secrets.add("WrongPasswordOfTheTalkativeSample");
		failToStart("--rds.credentials.password=WrongPasswordOfTheTalkativeSample");
		failToStart("--rds.credentials.type=iam");
		failToStart("--rds.writer=jdbc:postgresql://localhost:1/app?user=app&password=" + this.cluster.password());
	}

	private void failWithTokens() {
		failToStart("--rds.credentials.iam.signing-address=app.cluster-abc123.us-east-1.rds.amazonaws.com");
		failToStart("--rds.credentials.username=nobody");
		failToStart("--rds.aws.region=eu-west-1");
		this.cluster.aws().disableIamAuthentication();
		failToStart();
		this.cluster.aws().enableIamAuthentication();
	}

	private void failWithSecrets() {
		failToStart("--rds.credentials.secrets-manager.secret-id=nosuch");
		failToStart("--rds.credentials.secrets-manager.keys.password=nosuch");
		failWithValue("brokenValue", "{\"username\":\"app\",\"password\":\"%s\"");
		failWithValue("textValue", "%s");
		failWithValue("numberedKeys", "{\"user\":\"app\",\"pass\":\"%s\"}");
		failWithValue("wrongPassword", "{\"username\":\"app\",\"password\":\"%s\"}");
		this.cluster.secret().denyAccess();
		failToStart();
		this.cluster.secret().allowAccess();
		this.cluster.aws().unavailable();
		failToStart();
		this.cluster.aws().available();
	}

	private void failWithValue(String name, String template) {
		String password = "PasswordIn-" + name + "-0123456789";
		this.secrets.add(password);
		this.cluster.aws().createSecret(name, template.formatted(password));
		failToStart("--rds.credentials.secrets-manager.secret-id=" + name);
	}

	private void presenting(ServerCertificate certificate) {
		this.cluster.writerAddress().present(certificate);
		failToStart();
		this.cluster.writerAddress().restore();
	}

	private void failToStart(String... more) {
		try (ConfigurableApplicationContext context = start(WebApplicationType.NONE, List.of(more))) {
			throw new IllegalStateException("Started with " + context.getId() + " although " + List.of(more));
		}
		catch (RuntimeException ex) {
			if (ex instanceof IllegalStateException started && started.getCause() == null) {
				throw ex;
			}
			ex.printStackTrace(this.output);
		}
	}

}
