package io.rdsboot.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A service in a JVM of its own, whose host names a test moves: names are resolved by the
 * JDK from a hosts file, and remembered for a second. It writes rows and reads each one
 * again, and prints which server has served.
 */
final class NamedService implements AutoCloseable {

	static final String WRITER = "writer.db.test";

	static final String READER = "reader.db.test";

	private static final Duration LIMIT = Duration.ofSeconds(90);

	private final Path hosts;

	private final Path log;

	private final Process process;

	private NamedService(Path hosts, Path log, Process process) {
		this.hosts = hosts;
		this.log = log;
		this.process = process;
	}

	/**
	 * Starts the service.
	 * @param cluster its database, each server of which has a host of its own
	 * @param directory where it keeps its files
	 * @param names where the names lead at first
	 */
	static NamedService start(LocalRdsCluster cluster, Path directory, Map<String, String> names) throws IOException {
		Path hosts = directory.resolve("hosts");
		Path log = directory.resolve("log");
		write(hosts, names);
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Djdk.net.hosts.file=" + hosts, "-cp",
				System.getProperty("java.class.path"), Main.class.getName(), String.valueOf(cluster.writer().port()),
				cluster.database(), cluster.username(), cluster.password())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		return new NamedService(hosts, log, process);
	}

	/**
	 * Lets names lead elsewhere; one that is left out does not exist, and one may have
	 * several addresses, with a space between them.
	 */
	void move(Map<String, String> names) throws IOException {
		write(this.hosts, names);
	}

	private static void write(Path hosts, Map<String, String> names) throws IOException {
		String lines = names.entrySet()
			.stream()
			.flatMap((name) -> Stream.of(name.getValue().split(" ")).map((address) -> address + " " + name.getKey()))
			.collect(Collectors.joining("\n", "127.0.0.1 localhost\n", "\n"));
		Path whole = Files.writeString(hosts.resolveSibling("hosts.new"), lines);
		Files.move(whole, hosts, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * Waits for a line that was not there before.
	 */
	void await(String description, Predicate<String> expected) throws IOException {
		int known = lines().size();
		try {
			Awaitility.await(description).atMost(LIMIT).until(() -> lines().stream().skip(known).anyMatch(expected));
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("The service has said:\n" + String.join("\n", lines()), ex);
		}
	}

	List<String> lines() throws IOException {
		return Files.readAllLines(this.log);
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	/**
	 * Main class of the JVM.
	 */
	static final class Main {

		private static final String READ = """
				SELECT CASE WHEN EXISTS (SELECT FROM written WHERE id = ?) THEN 'read from ' ELSE 'missed by ' END
					|| host(inet_server_addr())""";

		/**
		 * The first read after a write is the writer's, until a reader has caught up.
		 */
		private static final int READS = 10;

		private Main() {
		}

		public static void main(String[] args) {
			Security.setProperty("networkaddress.cache.ttl", "1");
			Security.setProperty("networkaddress.cache.negative.ttl", "1");
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
						JdbcTemplateAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
						TransactionManagerCustomizationAutoConfiguration.class))
				.withPropertyValues("rds.writer=" + WRITER + ":" + args[0], "rds.readers=" + READER + ":" + args[0],
						"rds.database=" + args[1], "rds.credentials.username=" + args[2],
						"rds.credentials.password=" + args[3], "rds.pool.maximum-pool-size=2", "rds.tls.mode=prefer")
				.run(Main::serve);
		}

		private static void serve(ApplicationContext context) throws InterruptedException {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			TransactionTemplate reading = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
			reading.setReadOnly(true);
			for (int id = 0; true; id++) {
				int written = id;
				try {
					print("written by " + jdbc.queryForObject(
							"INSERT INTO written VALUES (?) RETURNING host(inet_server_addr())", String.class, id));
					for (int i = 0; i < READS; i++) {
						print(reading.execute((status) -> jdbc.queryForObject(READ, String.class, written)));
						TimeUnit.MILLISECONDS.sleep(100);
					}
				}
				catch (DataAccessException | TransactionException ex) {
					print("failed: " + ex.getMessage());
					TimeUnit.MILLISECONDS.sleep(100);
				}
			}
		}

		@SuppressWarnings("SystemOut")
		private static void print(String line) {
			System.out.println(line);
		}

	}

}
