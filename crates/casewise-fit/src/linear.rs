//! Small symmetric positive-definite systems by Cholesky factorisation.

#![expect(
    clippy::indexing_slicing,
    reason = "a numeric kernel: every index is below the width fixed at the start"
)]

/// A symmetric matrix; only the lower triangle is kept up to date.
#[derive(Debug, Clone)]
pub(crate) struct Symmetric {
    width: usize,
    cells: Vec<f64>,
}

/// L with L Lᵀ = A.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    width: usize,
    lower: Vec<f64>,
}

impl Symmetric {
    pub(crate) fn zero(width: usize) -> Self {
        Self { width, cells: vec![0.0; width * width] }
    }

    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i.max(j) * self.width + i.min(j)]
    }

    pub(crate) fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i.max(j) * self.width + i.min(j)] = value;
    }

    /// A += weight × x xᵀ.
    pub(crate) fn add_outer(&mut self, x: &[f64], weight: f64) {
        for (i, row) in self.cells.chunks_exact_mut(self.width).enumerate() {
            let scaled = weight * x[i];
            for (cell, x) in row[..=i].iter_mut().zip(x) {
                *cell += scaled * x;
            }
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (a, b) in self.cells.iter_mut().zip(&other.cells) {
            *a += b;
        }
    }

    /// The factor, or the first column whose pivot is at most `tolerance` of its diagonal.
    pub(crate) fn factor(&self, tolerance: f64) -> Result<Cholesky, usize> {
        let n = self.width;
        let mut lower = vec![0.0; n * n];
        for j in 0..n {
            let known: f64 = (0..j).map(|k| lower[j * n + k] * lower[j * n + k]).sum();
            let pivot = self.at(j, j) - known;
            if pivot.is_nan() || pivot <= tolerance * self.at(j, j).abs() {
                return Err(j);
            }
            let root = pivot.sqrt();
            lower[j * n + j] = root;
            for i in j + 1..n {
                let known: f64 = (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum();
                lower[i * n + j] = (self.at(i, j) - known) / root;
            }
        }
        Ok(Cholesky { width: n, lower })
    }
}

impl Cholesky {
    /// x with A x = b.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.width;
        let mut x = b.to_vec();
        for i in 0..n {
            let known: f64 = (0..i).map(|k| self.lower[i * n + k] * x[k]).sum();
            x[i] = (x[i] - known) / self.lower[i * n + i];
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| self.lower[k * n + i] * x[k]).sum();
            x[i] = (x[i] - known) / self.lower[i * n + i];
        }
        x
    }

    /// A⁻¹.
    pub(crate) fn inverse(&self) -> Symmetric {
        let mut inverse = Symmetric::zero(self.width);
        for j in 0..self.width {
            let mut unit = vec![0.0; self.width];
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate().skip(j) {
                inverse.set(i, j, value);
            }
        }
        inverse
    }
}
