package io.rdsboot.routing;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.InfrastructureAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ReadConsistencyAdvisor} in an application context.
 */
class ReadConsistencyAdvisorTests {

	@Test
	void annotationOfMethodWinsOverThatOfClassAndOfInterface() {
		try (AnnotationConfigApplicationContext context = context(Reports.class)) {
			Reports reports = context.getBean(Reports.class);
			assertThat(reports.ofClass()).isEqualTo(ReadDemand.EVENTUAL);
			assertThat(reports.ofMethod()).isEqualTo(ReadDemand.of(ConsistencyLevel.BOUNDED, Duration.ofMillis(500)));
			assertThat(reports.ofPlaceholder())
				.isEqualTo(ReadDemand.of(ConsistencyLevel.SESSION, Duration.ofSeconds(3)));
			assertThat(ReadContext.current().demand()).isNull();
		}
	}

	@Test
	void annotationOfInterfaceCounts() {
		try (AnnotationConfigApplicationContext context = context(StoredLedger.class)) {
			assertThat(context.getBean(Ledger.class).balance()).isEqualTo(ReadDemand.WRITER);
		}
	}

	@Test
	void stricterOneWinsOverTheCallersScopeAndOverTheAnnotationOfTheCaller() {
		try (AnnotationConfigApplicationContext context = context(Reports.class)) {
			Reports reports = context.getBean(Reports.class);
			assertThat(Reads.fromWriter(reports::ofClass)).isEqualTo(ReadDemand.WRITER);
			assertThat(Reads.within(Duration.ofSeconds(1), reports::ofPlaceholder))
				.isEqualTo(ReadDemand.of(ConsistencyLevel.SESSION, Duration.ofSeconds(1)));
			assertThat(reports.calling(() -> Reads.eventually(reports::ofPlaceholder)))
				.isEqualTo(ReadDemand.of(ConsistencyLevel.SESSION, Duration.ofMillis(200)));
			assertThat(ReadContext.current().demand()).isNull();
		}
	}

	@Test
	void scopeEndsWithAnException() {
		try (AnnotationConfigApplicationContext context = context(Reports.class)) {
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> context.getBean(Reports.class).failing());
			assertThat(ReadContext.current().demand()).isNull();
		}
	}

	@Test
	void maxLagThatIsNoDurationIsNamedWhenTheBeanIsMade() {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context(NoDuration.class).close())
			.havingRootCause()
			.isInstanceOf(IllegalArgumentException.class);
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context(NoDuration.class).close())
			.withStackTraceContaining("NoDuration.read has maxLag \"soon\"")
			.withStackTraceContaining("500ms");
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context(NotPositive.class).close())
			.withStackTraceContaining("NotPositive.read has maxLag \"0s\"");
	}

	@Test
	void maxLagThatMeansNothingIsNamed() {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context(Meaningless.class).close())
			.withStackTraceContaining("level EVENTUAL knows nothing of");
	}

	@Test
	void groupIsThatOfTheMethodAndOtherwiseThatOfTheScopesAround() {
		try (AnnotationConfigApplicationContext context = context(Grouped.class)) {
			Grouped grouped = context.getBean(Grouped.class);
			assertThat(grouped.named()).isEqualTo("reports null");
			assertThat(grouped.ofPlaceholder()).isEqualTo("exports EVENTUAL");
			assertThat(Reads.from("exports", grouped::named)).isEqualTo("reports null");
			assertThat(Reads.from("exports", () -> Reads.fromWriter(grouped::leveled))).isEqualTo("exports WRITER");
			assertThat(ReadContext.current().group()).isNull();
		}
	}

	@Test
	void annotationWithoutLevelHasNoMaxLagAndNoneHasTwoLevels() {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context(NoLevel.class).close())
			.withStackTraceContaining("NoLevel.read has maxLag \"1s\", which needs a level");
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> context(TwoLevels.class).close())
			.withStackTraceContaining("TwoLevels.read has the levels [EVENTUAL, WRITER]; choose one of them");
	}

	private static AnnotationConfigApplicationContext context(Class<?> bean) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("reports.max-lag", "3s", "exports.group", "exports")));
		context.registerBean(InfrastructureAdvisorAutoProxyCreator.class, (definition) -> {
			definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			definition.getPropertyValues().add("proxyTargetClass", bean != StoredLedger.class);
		});
		context.registerBean(ReadConsistencyAdvisor.class,
				(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
		context.registerBean(bean);
		context.refresh();
		return context;
	}

	@ReadConsistency(ConsistencyLevel.EVENTUAL)
	static class Reports {

		@Nullable ReadDemand ofClass() {
			return ReadContext.current().demand();
		}

		@ReadConsistency(value = ConsistencyLevel.BOUNDED, maxLag = "500ms")
		@Nullable ReadDemand ofMethod() {
			return ReadContext.current().demand();
		}

		@ReadConsistency(value = ConsistencyLevel.SESSION, maxLag = "${reports.max-lag}")
		@Nullable ReadDemand ofPlaceholder() {
			return ReadContext.current().demand();
		}

		@ReadConsistency(value = ConsistencyLevel.BOUNDED, maxLag = "200ms")
		@Nullable ReadDemand calling(Supplier<@Nullable ReadDemand> work) {
			return work.get();
		}

		void failing() {
			throw new IllegalStateException("fails");
		}

	}

	interface Ledger {

		@ReadConsistency(ConsistencyLevel.WRITER)
		@Nullable ReadDemand balance();

	}

	static class StoredLedger implements Ledger {

		@Override
		public @Nullable ReadDemand balance() {
			return ReadContext.current().demand();
		}

	}

	static class NoDuration {

		@ReadConsistency(value = ConsistencyLevel.BOUNDED, maxLag = "soon")
		void read() {
		}

	}

	static class NotPositive {

		@ReadConsistency(value = ConsistencyLevel.BOUNDED, maxLag = "0s")
		void read() {
		}

	}

	static class Meaningless {

		@ReadConsistency(value = ConsistencyLevel.EVENTUAL, maxLag = "1s")
		void read() {
		}

	}

	static class Grouped {

		@ReadConsistency(group = "reports")
		String named() {
			return describe();
		}

		@ReadConsistency(value = ConsistencyLevel.EVENTUAL, group = "${exports.group}")
		String ofPlaceholder() {
			return describe();
		}

		@ReadConsistency(ConsistencyLevel.EVENTUAL)
		String leveled() {
			return describe();
		}

		private static String describe() {
			ReadDemand demand = ReadContext.current().demand();
			return ReadContext.current().group() + " " + ((demand != null) ? demand.level() : null);
		}

	}

	static class NoLevel {

		@ReadConsistency(maxLag = "1s", group = "reports")
		void read() {
		}

	}

	static class TwoLevels {

		@ReadConsistency({ ConsistencyLevel.EVENTUAL, ConsistencyLevel.WRITER })
		void read() {
		}

	}

}
