//! The outer border of an island of ground: a rounded square with slow waves, as a built-up area has.

use std::f64::consts::{PI, TAU};

use super::chance::Chance;
use super::ground::{Ring, Vertex, square_kilometres};

/// How square the outline is: 2 is a circle, large is a square.
const SQUARENESS: f64 = 3.2;

/// What an outline is wanted like.
pub struct Shore {
    /// Metres from the origin of the ground.
    pub centre: (f64, f64),
    pub square_kilometres: f64,
    /// Metres between vertices.
    pub spacing: f64,
}

impl Shore {
    /// Draws the outline, star-shaped around its centre and so never crossing itself.
    pub fn draw(&self, chance: &mut Chance) -> Ring {
        let mean = (self.square_kilometres * 1e6 / PI).sqrt();
        let count = (TAU * mean / self.spacing).round() as usize;
        let waves = Waves::new(chance);
        let radii: Vec<f64> = (0..count)
            .map(|step| {
                let unevenness = chance.between(-0.12, 0.12) * self.spacing;
                mean * waves.radius(angle(step, count)) + unevenness
            })
            .collect();
        let drawn = square_kilometres(&self.around(&radii, 1.0));
        self.around(&radii, (self.square_kilometres / drawn).sqrt())
    }

    fn around(&self, radii: &[f64], scale: f64) -> Ring {
        let vertex = |(step, radius): (usize, &f64)| {
            let (sin, cos) = angle(step, radii.len()).sin_cos();
            Vertex::at_metres(self.centre.0 + radius * cos * scale, self.centre.1 + radius * sin * scale)
        };
        radii.iter().enumerate().map(vertex).collect()
    }
}

fn angle(step: usize, count: usize) -> f64 {
    TAU * step as f64 / count as f64
}

/// The form without its size: a tilted rounded square and a few waves `(count, swing, phase)`.
struct Waves {
    tilt: f64,
    waves: Vec<(f64, f64, f64)>,
}

impl Waves {
    fn new(chance: &mut Chance) -> Self {
        let wave = |count: u32| {
            let swing = chance.between(0.05, 0.16) / f64::from(count);
            (f64::from(count), swing, chance.between(0.0, TAU))
        };
        let waves = (2..7).map(wave).collect();
        Self { tilt: chance.between(-0.25, 0.25), waves }
    }

    fn radius(&self, angle: f64) -> f64 {
        let (sin, cos) = (angle - self.tilt).sin_cos();
        let square = sin.abs().powf(SQUARENESS) + cos.abs().powf(SQUARENESS);
        let swings = self.waves.iter();
        let wave: f64 = swings.map(|(count, swing, phase)| swing * (count * angle + phase).cos()).sum();
        square.powf(-1.0 / SQUARENESS) * (1.0 + wave)
    }
}
