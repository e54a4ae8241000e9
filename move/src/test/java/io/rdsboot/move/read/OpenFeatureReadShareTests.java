package io.rdsboot.move.read;

import java.util.Map;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.providers.memory.ContextEvaluator;
import dev.openfeature.sdk.providers.memory.Flag;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import io.rdsboot.move.Side;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link OpenFeatureReadShare}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OpenFeatureReadShareTests {

	@AfterEach
	void shutDown() {
		OpenFeatureAPI.getInstance().shutdown();
	}

	private static <T> Client client(T value, ContextEvaluator<T> evaluator) {
		Flag<T> flag = Flag.<T>builder().variant("on", value).defaultVariant("on").contextEvaluator(evaluator).build();
		OpenFeatureAPI.getInstance().setProviderAndWait(new InMemoryProvider(Map.of("reads", flag)));
		return OpenFeatureAPI.getInstance().getClient();
	}

	@Test
	void numberIsTheShare() {
		KeyedReadShare share = OpenFeatureReadShare.ofPercentage(client(50.0, null), "reads");
		assertThat(share.sideOf("user-3")).isEqualTo(Side.TARGET);
		assertThat(share.sideOf("user-1")).isEqualTo(Side.SOURCE);
	}

	@Test
	void flagIsEvaluatedForTheKey() {
		KeyedReadShare share = OpenFeatureReadShare.ofSide(
				client("source", (flag, context) -> context.getTargetingKey().equals("user-1") ? "target" : "source"),
				"reads");
		assertThat(share.sideOf("user-1")).isEqualTo(Side.TARGET);
		assertThat(share.sideOf("user-3")).isEqualTo(Side.SOURCE);
	}

	@Test
	void flagThatIsNotThereLeavesTheConfiguredShareAndIsToldOnce(CapturedOutput output) {
		KeyedReadShare share = OpenFeatureReadShare.ofPercentage(client(50.0, null), "reeds");
		assertThat(share.sideOf("user-3")).isNull();
		assertThat(share.sideOf("user-1")).isNull();
		assertThat(output).containsOnlyOnce("The flag 'reeds' gives no share of reads");
	}

	@Test
	void providerThatFailsLeavesTheConfiguredShare() {
		OpenFeatureAPI.getInstance().setProviderAndWait(new InMemoryProvider(Map.of()) {
			@Override
			public ProviderEvaluation<String> getStringEvaluation(String key, String defaultValue,
					EvaluationContext context) {
				throw new IllegalStateException("down");
			}
		});
		assertThat(OpenFeatureReadShare.ofSide(OpenFeatureAPI.getInstance().getClient(), "reads").sideOf("user-3"))
			.isNull();
	}

	@Test
	void valueThatMakesNoSenseLeavesTheConfiguredShare(CapturedOutput output) {
		for (double value : new double[] { -1, 100.01, Double.NaN, Double.POSITIVE_INFINITY }) {
			assertThat(OpenFeatureReadShare.ofPercentage(client(value, null), "reads").sideOf("user-3")).isNull();
		}
		assertThat(OpenFeatureReadShare.ofSide(client("left", null), "reads").sideOf("user-3")).isNull();
		assertThat(output).contains("but is 100.01")
			.contains("its value is NaN")
			.contains("its value is 'left', neither source nor target");
	}

	@Test
	void flagNeedsAKey() {
		assertThatIllegalArgumentException().isThrownBy(() -> OpenFeatureReadShare.ofSide(client("source", null), " "))
			.withMessage("key of the flag must not be blank");
	}

}
