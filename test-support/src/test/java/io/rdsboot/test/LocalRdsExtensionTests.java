package io.rdsboot.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * {@link LocalRds} on tests without Spring, run as a test plan of their own.
 */
class LocalRdsExtensionTests {

	private static final List<LocalRdsCluster> seen = new ArrayList<>();

	private static final List<LocalRdsInstance.State> states = new ArrayList<>();

	@BeforeEach
	void reset() {
		seen.clear();
		states.clear();
	}

	@Test
	void clusterWhenSettingsAreEqualIsSharedUntilEndOfPlan() {
		EngineTestKit.engine("junit-jupiter")
			.selectors(selectClass(FirstCase.class), selectClass(SecondCase.class))
			.execute()
			.testEvents()
			.assertStatistics((statistics) -> statistics.succeeded(2));
		assertThat(seen).hasSize(4).doesNotContainNull().containsOnly(seen.get(0));
		assertThat(states).containsOnly(LocalRdsInstance.State.RUNNING);
		assertThat(seen.get(0).writer().state()).isEqualTo(LocalRdsInstance.State.REMOVED);
	}

	@Test
	void settingsWhenParameterHasNoValueAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SharedClusters.settings(BadParameter.class.getAnnotation(LocalRds.class)))
			.withMessage("@LocalRds has the parameter 'work_mem', and parameters must look like name=value");
	}

	@Test
	void settingsWhenLagIsGivenHaveIt() {
		assertThat(SharedClusters.settings(Lagging.class.getAnnotation(LocalRds.class)).replicationLag())
			.isEqualTo(Duration.ofSeconds(2));
		assertThat(SharedClusters.settings(NotLagging.class.getAnnotation(LocalRds.class)).replicationLag())
			.isEqualTo(Duration.ZERO);
		assertThat(SharedClusters.settings(FirstCase.class.getAnnotation(LocalRds.class)).replicationLag())
			.isEqualTo(Duration.ofMillis(20));
	}

	@Test
	void settingsWhenLagHasNoUnitAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SharedClusters.settings(BadLag.class.getAnnotation(LocalRds.class)))
			.withMessage("replicationLag is '20', and must look like 20ms, 1s or 2m, or be 0 for none");
	}

	private static void see(@Nullable LocalRdsCluster... clusters) {
		for (LocalRdsCluster cluster : clusters) {
			seen.add(cluster);
			states.add(cluster.writer().state());
		}
	}

	@LocalRds(readers = 0, parameters = "application_name=shared")
	static class FirstCase {

		static @Nullable LocalRdsCluster shared;

		@Nullable LocalRdsCluster own;

		@Test
		void cluster(LocalRdsCluster parameter) {
			see(parameter, this.own, shared);
		}

	}

	@LocalRds(readers = 0, parameters = "application_name = shared")
	static class SecondCase {

		@Test
		void cluster(LocalRdsCluster parameter) {
			see(parameter);
		}

	}

	@LocalRds(parameters = "work_mem")
	static class BadParameter {

	}

	@LocalRds(replicationLag = "2s")
	static class Lagging {

	}

	@LocalRds(replicationLag = "0")
	static class NotLagging {

	}

	@LocalRds(replicationLag = "20")
	static class BadLag {

	}

}
