package io.rdsboot.autoconfigure.topology;

import java.io.IOException;
import java.util.function.Consumer;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartingServer;
import io.rdsboot.autoconfigure.StartupFailures;
import io.rdsboot.datasource.StartupPatience;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of starts while the database starts, too.
 */
@LocalRds(readers = 0)
class StartupPatienceTests {

	private final LocalRdsCluster cluster;

	private final Logger logger = (Logger) LoggerFactory.getLogger(StartupPatience.class);

	private final Told told = new Told();

	StartupPatienceTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void listen() {
		this.told.start();
		this.logger.addAppender(this.told);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.told);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void serverThatIsStartingIsWaitedFor(boolean watched) throws IOException {
		try (StartingServer server = new StartingServer(this.cluster.writer())) {
			this.told.then((message) -> {
				assertThat(message).startsWith("Waiting for the database for up to 30 s (rds.startup-timeout): ")
					.contains("the database system is starting up");
				server.finish();
			});
			runner(server.port()).withPropertyValues("rds.topology.enabled=" + watched)
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(this.told.times).isOne();
		}
	}

	@Test
	void portThatNothingListensAtIsWaitedForIfConfigured() {
		try (LocalRdsCluster own = LocalRdsCluster.builder().readers(0).start()) {
			own.crash(own.writer());
			this.told.then((message) -> own.restart(own.writer()));
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
				.withPropertyValues("rds.writer=%s:%d".formatted(own.writer().host(), own.writer().port()),
						"rds.database=app", "rds.credentials.username=" + own.username(),
						"rds.credentials.password=" + own.password(), "rds.startup-timeout=300s")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(this.told.times).isOne();
		}
	}

	@Test
	void waitHasALimit() throws IOException {
		try (StartingServer server = new StartingServer(this.cluster.writer())) {
			FailureAnalysis analysis = StartupFailures
				.analysis(runner(server.port()).withPropertyValues("rds.startup-timeout=1s"));
			assertThat(analysis.getDescription()).contains("the database system is starting up");
			assertThat(analysis.getAction()).contains("rds.startup-timeout");
		}
	}

	@Test
	void wrongPasswordIsNotWaitedFor() {
		FailureAnalysis analysis = StartupFailures.analysis(runner(this.cluster.writer().port())
			.withPropertyValues("rds.startup-timeout=600s", "rds.credentials.password=wrong"));
		assertThat(analysis.getDescription()).contains("does not accept the password");
		assertThat(this.told.times).isZero();
	}

	private ApplicationContextRunner runner(int port) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues("rds.writer=127.0.0.1:" + port, "rds.database=app",
					"rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password());
	}

	/**
	 * Hears that the start waits, on the thread that waits.
	 */
	private static final class Told extends AppenderBase<ILoggingEvent> {

		private volatile Consumer<String> reaction = (message) -> {
		};

		private volatile int times;

		void then(Consumer<String> listener) {
			this.reaction = listener;
		}

		@Override
		protected void append(ILoggingEvent event) {
			this.times++;
			this.reaction.accept(event.getFormattedMessage());
		}

	}

}
