package io.rdsboot.vector.schema;

import java.util.Arrays;

import org.apiguardian.api.API;

/**
 * Version of an extension, such as 0.8.0. Immutable.
 *
 * @param text the version as the server has it
 */
@API(status = API.Status.INTERNAL)
public record ExtensionVersion(String text) {

	/**
	 * Return whether this version is older than another one.
	 */
	public boolean isBefore(ExtensionVersion other) {
		return Arrays.compare(numbers(), other.numbers()) < 0;
	}

	private int[] numbers() {
		return Arrays.stream(this.text.split("\\D+"))
			.filter((part) -> !part.isEmpty())
			.mapToInt(Integer::parseInt)
			.toArray();
	}

	@Override
	public String toString() {
		return this.text;
	}

}
