package io.rdsboot.move.read;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Share of reads that an <a href="https://openfeature.dev">OpenFeature</a> flag gives,
 * evaluated with the key of the call as targeting key. A flag that cannot be evaluated,
 * or has a value that makes no sense, leaves the configured share; that is logged once.
 * Needs {@code dev.openfeature:sdk}. Thread-safe.
 *
 * <p>
 * The flag is evaluated on the reading thread before each read. Use a provider that
 * evaluates in memory, such as flagd's in process: one that asks a server each time adds
 * that to each read.
 */
public final class OpenFeatureReadShare implements KeyedReadShare {

	private static final Logger logger = LoggerFactory.getLogger(OpenFeatureReadShare.class);

	private final Client client;

	private final String flag;

	private final boolean percentage;

	private final AtomicBoolean failed = new AtomicBoolean();

	private OpenFeatureReadShare(Client client, String flag, boolean percentage) {
		if (flag.isBlank()) {
			throw new IllegalArgumentException("key of the flag must not be blank");
		}
		this.client = client;
		this.flag = flag;
		this.percentage = percentage;
	}

	/**
	 * Return a share that is a number flag: 0 to 100 (percent). Which keys it includes is
	 * decided as for a configured {@link ReadShare}.
	 * @param client evaluates the flag
	 * @param flag the flag's key
	 * @return the share
	 */
	public static OpenFeatureReadShare ofPercentage(Client client, String flag) {
		return new OpenFeatureReadShare(client, flag, true);
	}

	/**
	 * Return a share that is a string flag: {@code source} or {@code target}. Which keys
	 * it includes is decided by the flag's provider, such as by flagd's
	 * {@code fractional}.
	 * @param client evaluates the flag
	 * @param flag the flag's key
	 * @return the share
	 */
	public static OpenFeatureReadShare ofSide(Client client, String flag) {
		return new OpenFeatureReadShare(client, flag, false);
	}

	@Override
	public @Nullable Side sideOf(String key) {
		try {
			ImmutableContext context = new ImmutableContext(key);
			return this.percentage ? byPercentage(context, key) : bySide(context);
		}
		catch (RuntimeException ex) {
			return failed(ex.toString());
		}
	}

	private @Nullable Side byPercentage(ImmutableContext context, String key) {
		FlagEvaluationDetails<Double> details = this.client.getDoubleDetails(this.flag, 0.0, context);
		if (details.getErrorCode() != null) {
			return failed(details.getErrorCode() + ": " + details.getErrorMessage());
		}
		if (!Double.isFinite(details.getValue())) {
			return failed("its value is " + details.getValue());
		}
		BigDecimal percent = BigDecimal.valueOf(details.getValue()).setScale(2, RoundingMode.DOWN);
		return ReadShare.ofPercent(percent).includes(key) ? Side.TARGET : Side.SOURCE;
	}

	private @Nullable Side bySide(ImmutableContext context) {
		FlagEvaluationDetails<String> details = this.client.getStringDetails(this.flag, "", context);
		if (details.getErrorCode() != null) {
			return failed(details.getErrorCode() + ": " + details.getErrorMessage());
		}
		return switch (details.getValue().toLowerCase(Locale.ROOT)) {
			case "source" -> Side.SOURCE;
			case "target" -> Side.TARGET;
			default -> failed("its value is '" + details.getValue() + "', neither source nor target");
		};
	}

	private @Nullable Side failed(String problem) {
		if (this.failed.compareAndSet(false, true)) {
			logger.warn("The flag '{}' gives no share of reads, so the configured share holds: {}. This is told once",
					this.flag, problem);
		}
		return null;
	}

}
