package io.rdsboot.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the spans that OpenTelemetry's SDK exports for a service.
 */
@LocalRds(readers = 1)
class OpenTelemetryTests {

	private final LocalRdsCluster cluster;

	OpenTelemetryTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void aTraceShowsASearchAndWhichServerAnsweredItAndWhy() {
		try (ServiceInstance service = ServiceInstance.of(this.cluster, Application.class,
				"rds.vector.repositories.notes.dimensions=3", "rds.vector.repositories.notes.id-type=text",
				"spring.flyway.enabled=true", "management.tracing.sampling.probability=1",
				"rds.routing.consistency=eventual")) {
			InMemorySpanExporter exporter = service.bean(InMemorySpanExporter.class);
			notes(service).upsert(new VectorRecord<>("a", new float[] { 1, 0, 0 }, "a note", Map.of()));
			this.cluster.awaitReplication();
			LocalRdsInstance reader = this.cluster.readers().get(0);
			Awaitility.await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> {
				exporter.reset();
				onNewThread(() -> Observation.createNotStarted("http request", service.bean(ObservationRegistry.class))
					.observe(() -> notes(service).search(VectorSearch.nearest(new float[] { 1, 0, 0 }).limit(1))));
				List<SpanData> spans = spans(service, exporter);
				SpanData request = named(spans, "http request");
				SpanData search = spans.stream()
					.filter((span) -> "search".equals(keys(span).get("db.operation.name")))
					.findFirst()
					.orElseThrow();
				assertThat(search.getTraceId()).isEqualTo(request.getTraceId());
				assertThat(search.getParentSpanId()).isEqualTo(request.getSpanId());
				assertThat(keys(search)).containsEntry("db.system.name", "postgresql")
					.containsEntry("db.collection.name", "notes")
					.containsEntry("rds.role", "reader")
					.containsEntry("rds.reason", "read")
					.containsEntry("rds.instance", "%s:%d".formatted(reader.host(), reader.port()));
				assertThat(spans).anySatisfy((span) -> {
					assertThat(span.getParentSpanId()).isEqualTo(search.getSpanId());
					assertThat(keys(span)).containsKey("jdbc.query[0]");
				});
			});
		}
	}

	/**
	 * Runs work on a thread that has no span yet: what other libraries do in other tests
	 * may leave one.
	 */
	private static void onNewThread(Runnable work) {
		CompletableFuture.runAsync(work, (task) -> new Thread(task).start()).join();
	}

	@SuppressWarnings("unchecked")
	private static VectorRepository<String> notes(ServiceInstance service) {
		return service.bean(VectorRepository.class);
	}

	private static List<SpanData> spans(ServiceInstance service, InMemorySpanExporter exporter) {
		service.bean(SdkTracerProvider.class).forceFlush().join(10, TimeUnit.SECONDS);
		return exporter.getFinishedSpanItems();
	}

	private static SpanData named(List<SpanData> spans, String name) {
		return spans.stream().filter((span) -> span.getName().equals(name)).findFirst().orElseThrow();
	}

	private static Map<String, String> keys(SpanData span) {
		return span.getAttributes()
			.asMap()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((entry) -> entry.getKey().getKey(), (entry) -> entry.getValue().toString()));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration")
	static class Application {

		@Bean
		InMemorySpanExporter spanExporter() {
			return InMemorySpanExporter.create();
		}

	}

}
