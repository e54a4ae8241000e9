package io.rdsboot.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Program that compares the start-up of a service with that of the same one on Boot's own
 * {@code DataSource}, on the same server: JVMs by turns, each until its context is
 * refreshed. The reference has neither this library nor the AWS SDK on its class path.
 * Takes about five minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-startup
 * </pre>
 */
public final class StartupBenchmark {

	private static final double LIMIT = 1.25;

	private static final int PAIRS = Integer.getInteger("startup.pairs", 20);

	private StartupBenchmark() {
	}

	/**
	 * Runs the benchmark.
	 * @param args none
	 */
	public static void main(String[] args) throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start()) {
			Start boot = new Start(classPath(StartupBenchmark::belongsToBoot), boot(cluster));
			Start writer = new Start(classPath(StartupBenchmark::belongsToStarter), rds(cluster, List.of()));
			Start readers = new Start(classPath(StartupBenchmark::belongsToStarter), rds(cluster, cluster.readers()));
			new Report("Start-up, from the start of the JVM to the refreshed context", measure(boot, writer, readers))
				.publish();
		}
	}

	private static List<Figure> measure(Start boot, Start writer, Start readers)
			throws IOException, InterruptedException {
		// Flyway migrates with the first, and the files are in the cache.
		boot.run();
		writer.run();
		Ratios ofWriter = new Ratios();
		Ratios ofReaders = new Ratios();
		List<Long> references = new ArrayList<>();
		for (int pair = 0; pair < PAIRS; pair++) {
			long reference = boot.run();
			references.add(reference);
			ofWriter.add(writer.run(), reference);
			ofReaders.add(readers.run(), reference);
		}
		long median = references.stream().sorted().skip(PAIRS / 2).findFirst().orElseThrow();
		return List.of(Figure.withoutTarget("Boot's own DataSource, ms", (double) median, ""),
				new Figure("a writer, ratio", ofWriter.median(), LIMIT, ofWriter.toString()),
				new Figure("a writer and two readers, ratio", ofReaders.median(), LIMIT, ofReaders.toString()));
	}

	private static List<String> boot(LocalRdsCluster cluster) {
		return List.of("--spring.datasource.url=" + cluster.writer().jdbcUrl(),
				"--spring.datasource.username=" + cluster.username(),
				"--spring.datasource.password=" + cluster.password(), "--spring.flyway.locations=classpath:startup");
	}

	private static List<String> rds(LocalRdsCluster cluster, List<LocalRdsInstance> readers) {
		return List.of("--rds.writer=" + address(cluster.writer()),
				"--rds.readers=" + readers.stream().map(StartupBenchmark::address).collect(Collectors.joining(",")),
				"--rds.database=" + cluster.database(), "--rds.credentials.username=" + cluster.username(),
				"--rds.credentials.password=" + cluster.password(), "--spring.flyway.locations=classpath:startup");
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	private static String classPath(Predicate<String> wanted) {
		return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
			.splitAsStream(Objects.requireNonNull(System.getProperty("java.class.path")))
			.filter(wanted)
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static boolean belongsToStarter(String entry) {
		// What only the other programs of this module need.
		return Stream.of("aws-advanced-jdbc-wrapper", "spring-ai", "langchain4j", "jmh")
			.noneMatch(new File(entry).getName()::contains) && !isHome(entry, LocalRdsCluster.class);
	}

	private static boolean belongsToBoot(String entry) {
		return belongsToStarter(entry) && !entry.contains("awssdk")
				&& !isHome(entry, RdsDataSourceAutoConfiguration.class);
	}

	private static boolean isHome(String entry, Class<?> type) {
		try {
			Path home = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
			return Path.of(entry).toAbsolutePath().normalize().equals(home.toAbsolutePath().normalize());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * One way to start the service.
	 */
	private record Start(String classPath, List<String> arguments) {

		long run() throws IOException, InterruptedException {
			List<String> command = new ArrayList<>(
					List.of(Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "java").toString(),
							"-cp", this.classPath, StartupService.class.getName()));
			command.addAll(this.arguments);
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.waitFor();
			return output.lines()
				.filter((line) -> line.startsWith(StartupService.READY))
				.map((line) -> Long.parseLong(line.substring(StartupService.READY.length())))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException(
						String.format(Locale.ROOT, "The service did not start:%n%s", output)));
		}

	}

}
