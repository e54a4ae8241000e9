package io.rdsboot.vector.recall;

import java.util.ArrayList;
import java.util.List;

/**
 * Least-squares fit of values that cannot fall, by the pool-adjacent-violators algorithm
 * (Barlow and others, Statistical Inference under Order Restrictions, 1972). A greater
 * setting finds no fewer rows, so a fall along a ladder of settings is chance.
 */
final class IsotonicFit {

	private IsotonicFit() {
	}

	/**
	 * Return the fitted values.
	 * @param values the values, in the order in which they should rise
	 * @param weights weight of each value
	 */
	static double[] of(double[] values, double[] weights) {
		List<Block> blocks = new ArrayList<>();
		for (int i = 0; i < values.length; i++) {
			Block block = new Block(values[i], weights[i], 1);
			while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).value >= block.value) {
				block = blocks.remove(blocks.size() - 1).joined(block);
			}
			blocks.add(block);
		}
		double[] fitted = new double[values.length];
		int next = 0;
		for (Block block : blocks) {
			for (int i = 0; i < block.size; i++) {
				fitted[next++] = block.value;
			}
		}
		return fitted;
	}

	private record Block(double value, double weight, int size) {

		Block joined(Block other) {
			double sum = this.weight + other.weight;
			return new Block((this.value * this.weight + other.value * other.weight) / sum, sum,
					this.size + other.size);
		}

	}

}
