package io.rdsboot.cluster.knowledge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the fields that lines on a failover have for structured logging.
 */
class LogFieldsTests extends AbstractClusterKnowledgeTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(ClusterKnowledge.class);

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void detach() {
		this.logger.detachAppender(this.events);
	}

	@Test
	void failoverHasItsFields() {
		failover();
		assertThat(this.events.list).hasSize(3);
		assertThat(fields(0)).containsEntry("rds.instance", "a")
			.containsEntry("rds.role", "writer")
			.containsEntry("rds.cause", "Connection refused");
		assertThat(fields(1)).containsEntry("rds.instance", "b")
			.containsEntry("rds.role", "writer")
			.containsEntry("rds.former_writer", "a")
			.containsEntry("rds.no_writer_ms", 1430L);
		assertThat(fields(2)).containsEntry("rds.instance", "a").containsEntry("rds.role", "reader");
	}

	@Test
	void absenceOfAWriterNamesTheFormerOne() {
		replays(this.b);
		replays(this.c);
		claims(this.a, 1);
		replays(this.a);
		assertThat(this.events.list).anySatisfy((event) -> {
			assertThat(event.getFormattedMessage()).startsWith("The cluster has no writer: instance a");
			assertThat(fields(event)).containsEntry("rds.former_writer", "a");
		});
	}

	@Test
	void structuredLoggingOfSpringBootKeepsThem() {
		failover();
		LoggerContext context = new LoggerContext();
		context.putObject(Environment.class.getName(), new StandardEnvironment());
		StructuredLogEncoder encoder = new StructuredLogEncoder();
		encoder.setContext(context);
		encoder.setFormat("ecs");
		encoder.start();
		assertThat(new String(encoder.encode(this.events.list.get(1)), StandardCharsets.UTF_8))
			.contains("\"rds\":{\"instance\":\"b\",\"role\":\"writer\",\"former_writer\":\"a\",\"no_writer_ms\":1430}");
	}

	private void failover() {
		replays(this.b);
		replays(this.c);
		claims(this.a, 1);
		refuses(this.a);
		this.now += Duration.ofMillis(1430).toNanos();
		claims(this.b, 2);
		replays(this.a);
	}

	private Map<String, Object> fields(int event) {
		return fields(this.events.list.get(event));
	}

	private static Map<String, Object> fields(ILoggingEvent event) {
		List<KeyValuePair> pairs = event.getKeyValuePairs();
		return (pairs != null) ? pairs.stream().collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value))
				: Map.of();
	}

}
